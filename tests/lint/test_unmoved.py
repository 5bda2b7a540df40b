"""Data with channels in front, seen by their words alone: what must keep no layout where it is comes first."""

from __future__ import annotations

import ast

import pytest

from dimorder.lint.unmoved.table import Old, found

OTHER = """\
np.zeros((n, 10, 9, 3))
np.zeros((n, h, w, c))
np.zeros((n, 7, 7, 64))
np.zeros((h, w, 3))
np.zeros((n, 10))
np.random.rand(10, 9, 3)
x[:, 0]
x[0]
x[:10]
x[i, :, :, :]
img[:, :, 0] -= 103.939
img[:, :, ::-1]
img[..., ::-1]
x[..., 0]
x[..., np.newaxis]
img[y:y + h, x0:x0 + w]
img[10:20, 5:9, :]
x[:, 5:9, 10:20, :]
np.expand_dims(img, axis=0)
np.expand_dims(img, axis=-1)
img[np.newaxis]
img[np.newaxis, ...]
img[np.newaxis, :, :, :]
np.argmax(p, axis=1)
np.mean(x, axis=0)
np.mean(x, axis=(0, 1, 2))
h, w = img.shape[:2]
h, w, c = img.shape
n = x.shape[0]
x.shape[1]
K.int_shape(x)[-1]
x.reshape(n, -1)
x.reshape((n, 10, 9, 3))
x.reshape(len(x), 784)
x.reshape(X.shape[0], X.shape[1] * X.shape[2] * X.shape[3])
a.T
a.transpose()
a.transpose(1, 0)
img.transpose((1, 0, 2))
np.concatenate([a, b], axis=1)
cv2.resize(img, (224, 224))
df.iloc[:, 1]
labels[:, 1:]
boxes = (x1, y1, x2, y2)
color = (255, 0, 0, 255)
soup.find('th')
suffix = 'th'
seq[i, t, char] = 1
np.zeros((len(s), maxlen, len(chars)))
x.shape == (2, 10, 9, 3)
K.sum(x, axis=1)
if K.image_dim_ordering() == 'th': x = x.reshape(n, 3, 10, 9)
x = x[:, 0, :, :] if backend == 'theano' else x[:, :, :, 0]
model.save_weights('th.h5')
ModelCheckpoint('out/th.h5')
"""
FIRST = """\
np.zeros((n, 3, h, w))
np.zeros((n, channels, rows, cols), dtype='float32')
np.zeros((n, 64, 7, 7))
np.zeros((a, b, c, d))
np.ndarray((total, 1, image_rows, image_cols), dtype=np.uint8)
np.random.rand(2, 3, 10, 9)
np.random.randint(0, 255, size=(2, 3, 10, 9))
h5.create_dataset('x', (n, 3, 224, 224))
K.placeholder((1, 3, h, w))
x.reshape(3, 10, 9)
x.reshape((n, c, h, w))
np.reshape(x, (n, 3, 10, 9))
x.dot(w).reshape(n, nb_filter, out_h, out_w)
x[:, 0, :, :] -= 103.939
img[0, :, :] -= 103.939
x[:, ::-1, :, :]
x[::-1, :, :]
x[:, :, 10:20, 5:9]
data[i, 0, :, :] = cv2.imread(p, 0)
img[np.newaxis, np.newaxis, :, :]
img[None, None]
x[:, None]
np.expand_dims(x, 1)
np.stack([a, b], axis=1)
np.rollaxis(img, 2, 0)
np.moveaxis(img, -1, 0)
np.swapaxes(img, 0, 2)
img.transpose(2, 0, 1)
np.transpose(img, (1, 2, 0))
out.transpose((0, 2, 3, 1))
K.permute_dimensions(t, (0, 2, 3, 1))
np.mean(x, axis=(0, 2, 3))
n, c, h, w = x.shape
c, h, w = img.shape
h, w = x.shape[2:]
h, w = x.shape[-2:]
rows = x.shape[2]
channels = x.shape[1]
cv2.resize(img, (x.shape[3], x.shape[2]))
K.int_shape(t)[1]
np.tile(x, (1, 3, 1, 1))
random_rotation(img, 20, row_axis=1, col_axis=2, channel_axis=0)
dict(dim_ordering='th')
{'data_format': 'channels_first'}
def f(x, dim_ordering='th'): pass
K.set_image_dim_ordering('th')
assert x.shape == (2, 3, 10, 9)
self.assertEqual(x.shape, (None, 64, 7, 7))
plt.imshow(X[0, 0]); model.predict(X)
plt.imshow(X[0][0]); model.predict(X)
X[:, 0] -= 103; model.fit(X, y)
np.mean(X, axis=1); model.fit(X, y)
"""


def told(code: str, old: Old = Old()) -> list[str]:  # noqa: B008
    return [because for _, because in found(ast.parse(code), old)]


@pytest.mark.parametrize("line", OTHER.splitlines())
def test_other_data_are_left_alone(line: str) -> None:
    assert told(line, Old(models=("th.h5",))) == []


@pytest.mark.parametrize("line", FIRST.splitlines())
def test_data_with_channels_in_front_are_seen(line: str) -> None:
    assert len(told(line)) >= 1


def test_axes_of_losses_count_where_models_yield_maps() -> None:
    assert told("def loss(a, b): return K.sum(a * b, axis=-1)", Old(maps=True)) == ["sum goes over an axis that moves"]


def test_uses_of_a_turned_shape_are_seen() -> None:
    turned = Old(moved=("SHAPE",))
    assert told("np.zeros((n,) + SHAPE)\nf(SHAPE)", turned) == []
    assert told("rows = cfg.SHAPE[1]", turned) == ["sizes are read off SHAPE, which is turned"]
    assert told("c, h, w = SHAPE", turned) == ["sizes are read off SHAPE, which is turned"]
    assert told("x.reshape((n,) + SHAPE)", turned) == ["data are laid out by SHAPE, which is turned"]


def test_names_of_models_with_channels_first_are_seen() -> None:
    line = "load(os.path.join(here, 'th.h5'))"
    assert told(line, Old(models=("th.h5",))) == ["th.h5 is not known to have its channels last"]
