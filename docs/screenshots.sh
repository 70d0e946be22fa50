#!/bin/sh
# Take pictures of pages at three widths, light and dark: sh docs/screenshots.sh SITE FOLDER
# Needs Debian's chromium.
set -eu
site=$(realpath "$1") folder=$2
mkdir -p "$folder"
pages=${PAGES:-"index start/installation guide/sparce guide/theory api gallery/index
    api/generated/sparcelearn.reservoir.SpikingReservoir gallery/start/plot_quick_start
    gallery/streams/plot_keyword_spotting gallery/events/plot_event_camera"}
for page in $pages; do
    for width in 1920 1366 390; do
        for mode in light dark; do
            copy="$site/$page.$mode.html"  # the theme takes its mode from here
            sed "s/localStorage.getItem(\"mode\") || \"\"/\"$mode\"/
                s/localStorage.getItem(\"theme\") || \"\"/\"$mode\"/" "$site/$page.html" >"$copy"
            chromium --headless --no-sandbox --disable-gpu --hide-scrollbars \
                --window-size="$width,${HEIGHT:-1600}" --allow-file-access-from-files \
                --virtual-time-budget=4000 \
                --screenshot="$folder/$(echo "$page" | tr / _)-$width-$mode.png" \
                "file://$copy" >/dev/null 2>&1
            rm "$copy"
        done
    done
done
ls "$folder"
