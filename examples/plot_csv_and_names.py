"""
From a CSV file to a classifier
===============================

You learn to classify the rows of a file whose labels are words, to choose a setting by
cross-validation, and to see where the model errs.
"""

# %%
# The file stands for one of yours: thirteen measurements of a wine, and where it comes from.

import io

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from sklearn.datasets import load_wine
from sklearn.metrics import ConfusionMatrixDisplay
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline

from sparcelearn.readouts import SparceClassifier
from sparcelearn.reservoir import SpikingReservoir

wine = load_wine(as_frame=True).frame
wine["target"] = wine["target"].map({0: "hill", 1: "valley", 2: "coast"})
file = io.StringIO(wine.to_csv(index=False))

table = pd.read_csv(file)
X, y = table.drop(columns="target"), table["target"]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.7, stratify=y, random_state=0)
print(X_train.shape, y_train.value_counts().to_dict())

# %%
# Channels are scaled by the reservoir. A parameter of a step is searched as in any pipeline.

model = make_pipeline(
    SpikingReservoir(n_units=200, random_state=0), SparceClassifier(max_iter=50, random_state=0)
)
search = GridSearchCV(model, {"sparceclassifier__sparsity": [0.2, 0.6]}, cv=3)
search.fit(X_train, y_train)
print(f"chosen: {search.best_params_}")
print(f"test accuracy: {search.score(X_test, y_test):.3f}")
print("first answers:", search.predict(X_test[:3]))

# %%
# Who is taken for whom, and how sure the answers are.

_, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
ConfusionMatrixDisplay.from_estimator(search, X_test, y_test, ax=left, cmap="cividis")
surest = search.predict_proba(X_test).max(axis=1)
is_right = search.predict(X_test) == y_test
bins = np.linspace(0.3, 1, 15)
right.hist([surest[is_right], surest[~is_right]], bins, stacked=True, color=["#0072B2", "#D55E00"])
right.legend(["right", "wrong"], loc="upper left")
right.set(xlabel="probability of the answer", ylabel="samples")
plt.show()
