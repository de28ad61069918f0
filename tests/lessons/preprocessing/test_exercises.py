"""The exercises of notebook 02: right answers in many forms, typical wrong ones, and the truth of the references."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

import labkit.preprocess as preprocess
from labkit.course import examine
from labkit.lessons.preprocessing.exercises.pca import PCA as AXES
from labkit.lessons.preprocessing.exercises.pca import pca
from labkit.lessons.preprocessing.exercises.standardise import STANDARDISE, standardise
from labkit.lessons.preprocessing.exercises.whiten import WHITEN, whiten


# ------------------------------------------------------------------------------------------------ references
@pytest.mark.parametrize("case", STANDARDISE.cases)
def test_standardise_is_that_of_the_laboratory_and_of_scikit_learn(case):
    x_train, x = case
    z = standardise(x_train, x)
    np.testing.assert_allclose(z, preprocess.Standardizer().fit(x_train).transform(x), rtol=1e-9)
    np.testing.assert_allclose(z, StandardScaler().fit(x_train).transform(x), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("case", AXES.cases)
def test_pca_is_that_of_scikit_learn(case):
    x, k = case
    U, variances = pca(x, k)
    theirs = PCA(k, svd_solver="full").fit(x)
    np.testing.assert_allclose(variances, theirs.explained_variance_, rtol=1e-9)
    np.testing.assert_allclose(np.abs(U @ theirs.components_.T), np.eye(k), atol=1e-9)


@pytest.mark.parametrize("case", WHITEN.cases)
def test_whiten_is_that_of_the_laboratory(case):
    x, eps = case
    z, ours = whiten(x, eps), preprocess.Whitener(eps).fit(x).transform(x)
    np.testing.assert_allclose(z @ z.T, ours @ ours.T, rtol=1e-6, atol=1e-6)


# ------------------------------------------------------------------------------------------------ right answers
def standardise_in_a_loop(x_train, x):
    z = np.zeros_like(x)
    for j in range(x.shape[1]):
        z[:, j] = (x[:, j] - x_train[:, j].mean()) / (x_train[:, j].std() or 1)
    return z


def standardise_n_less_one(x_train, x):
    return (x - x_train.mean(0)) / (x_train.std(0, ddof=1) + 1e-12)


def pca_by_eigh(x, k):
    variances, U = np.linalg.eigh(np.cov(x, rowvar=False))
    return U[:, ::-1].T[:k], variances[::-1][:k]


def pca_dividing_by_n(x, k):
    centred = x - x.mean(0)
    variances, U = np.linalg.eigh(centred.T @ centred / len(x))
    order = np.argsort(-variances)[:k]
    return -U[:, order].T, variances[order]


def zca(x, eps):
    centred = x - x.mean(0)
    variances, U = np.linalg.eigh(np.cov(x.T))
    return centred @ U @ np.diag(1 / np.sqrt(variances + eps)) @ U.T


def cholesky(x, eps):
    L = np.linalg.cholesky(np.cov(x.T) + eps * np.eye(x.shape[1]))
    return np.linalg.solve(L, (x - x.mean(0)).T).T


def whiten_dividing_by_n(x, eps):
    variances, U = np.linalg.eigh(np.cov(x.T, bias=True))
    return (x - x.mean(0)) @ U / np.sqrt(variances + eps)


def whiten_mirrored(x, eps):
    return whiten(x, eps) * np.array([-1, 1, -1, 1, 1, 1])[:x.shape[1]]


@pytest.mark.parametrize(("name", "f"), [
    ("02-standardise", standardise_in_a_loop),
    ("02-standardise", standardise_n_less_one),
    ("02-standardise", lambda a, b: preprocess.Standardizer().fit(a).transform(b)),
    ("02-pca", pca_by_eigh),
    ("02-pca", lambda x, k: [preprocess.PCA(k).fit(x).components, preprocess.PCA(k).fit(x).variances]),
    ("02-whiten", zca),
    ("02-whiten", cholesky),
    ("02-whiten", whiten_dividing_by_n),
    ("02-whiten", whiten_mirrored),
    ("02-whiten", lambda x, eps: whiten_mirrored(x, eps)[:, ::-1]),
])
def test_right_answers_in_other_forms(name, f):
    assert examine(name, f).status == "right", examine(name, f).text


# ------------------------------------------------------------------------------------------------ typical wrong answers
def in_place(x_train, x):
    x -= x_train.mean(0)
    return x / np.maximum(x_train.std(0), 1e-9)


def pca_columns(x, k):
    U, variances = pca(x, k)
    return U.T, variances


def pca_columns_of_svd(x, k):
    _, s, U = np.linalg.svd(x - x.mean(0), full_matrices=False)
    return U[:, :k], s[:k] ** 2 / (len(x) - 1)


def whiten_by_rows_of_eigh(x, eps):
    centred = x - x.mean(axis=0)
    variances, U = np.linalg.eigh(centred.T @ centred / (len(x) - 1))
    return centred @ U.T / np.sqrt(variances + eps)


def whiten_by_columns_of_svd(x, eps):
    centred = x - x.mean(axis=0)
    _, s, U = np.linalg.svd(centred, full_matrices=False)
    return centred @ U / np.sqrt(s**2 / (len(x) - 1) + eps)


def pca_projection(x, k):
    U, variances = pca(x, k)
    return (x - x.mean(0)) @ U.T, variances


@pytest.mark.parametrize(("name", "f", "words"), [
    ("02-standardise", lambda a, x: (x - x.mean(0)) / np.maximum(x.std(0), 1e-9), "statistics x itself x_train"),
    ("02-standardise", lambda a, x: (x - x.mean(0)) / x.std(0), "statistics x itself x_train"),
    ("02-standardise", lambda a, x: (x - a.mean(0)) / np.maximum(a.std(0), 1), "only σ = 0 small"),
    ("02-standardise", lambda a, x: (x - a.mean()) / a.std(), "axis=0 each feature"),
    ("02-standardise", lambda a, x: (x - a.mean(0)) / a.std(0), "0/0 np.where"),
    ("02-standardise", lambda a, x: (x - a.mean(0)) / np.maximum(a.var(0), 1e-9), "variance square"),
    ("02-standardise", in_place, "copy"),
    ("02-standardise", lambda x: x, "(x_train, x)"),
    ("02-standardise", lambda a, x: (a - a.mean(0)) / a.std(0), "shape"),
    ("02-pca", pca_columns, "transposed"), ("02-pca", pca_dividing_by_n, "n − 1"),
    ("02-pca", pca_columns_of_svd, "rows U[:k]"),
    ("02-pca", lambda x, k: (pca_columns_of_svd(x, k)[0].T, pca_columns_of_svd(x, k)[1]), "rows U[:k]"),
    ("02-pca", pca_projection, "shape"),
    ("02-pca", lambda x, k: pca(x, k)[0], "return U, λ"),
    ("02-pca", lambda x, k: tuple(np.linalg.svd(x - x.mean(0), full_matrices=False)[i][:k] for i in (2, 1)),
     "singular s²/(n − 1)"),
    ("02-pca", lambda x, k: (np.linalg.eigh(np.cov(x.T))[1][:, :k].T, np.linalg.eigh(np.cov(x.T))[0][:k]),
     "LEAST"),
    ("02-whiten", lambda x, eps: whiten(x, 0), "ε blown up"),
    ("02-whiten", lambda x, eps: (x - x.mean(0)) / np.sqrt(x.var(0) + eps), "normalising correlated"),
    ("02-whiten", lambda x, eps: (x - x.mean(0)) @ np.linalg.eigh(np.cov(x.T))[1], "turned scaled"),
    ("02-whiten", lambda x, eps: whiten(x, eps).T, "transposed"),
    ("02-whiten", whiten_by_rows_of_eigh, "columns eigh"),
    ("02-whiten", whiten_by_columns_of_svd, "rows svd"),
])
def test_typical_wrong_answers_get_a_helpful_hint(name, f, words):
    verdict = examine(name, f)
    assert verdict.status == "wrong"
    assert all(word in verdict.hint for word in words.split()), verdict.text
