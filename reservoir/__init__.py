"""From input to features: fixed random networks of spiking or rate units. Nothing learns here."""
