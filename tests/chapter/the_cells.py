"""The chapter's cells in order, in our own words; only its import lines are changed.

Run by test_chapter_cells.py from an empty folder. Whatever a cell prints or draws in the book, it
does here; what the contract fixes is asserted. The networks train for fewer steps than in the book
when SHORT is set.
"""

# The style of a notebook, on purpose (pyproject.toml keeps basedpyright away, too).
# ruff: noqa

import os

from convscope.all import *

SHORT = bool(os.environ.get("SHORT"))
EPOCHS = 1 if SHORT else 2

# --- kernels by hand
path = untar_data(URLs.MNIST_SAMPLE)
Path.BASE_PATH = path
top_edge = tensor([[-1, -1, -1], [0, 0, 0], [1, 1, 1]]).float()
im3 = Image.open(path / "train" / "3" / "12.png")
show_image(im3)
im3_t = tensor(im3)
im3_t[0:3, 0:3] * top_edge
assert (im3_t[0:3, 0:3] * top_edge).sum() == 0
df = pd.DataFrame(im3_t[:10, :20])
df.style.set_properties(**{"font-size": "6pt"}).background_gradient("Greys")
assert (im3_t[4:7, 6:9] * top_edge).sum() == 762
assert (im3_t[7:10, 17:20] * top_edge).sum() == -29


def apply_kernel(row, col, kernel):
    return (im3_t[row - 1 : row + 2, col - 1 : col + 2] * kernel).sum()


assert apply_kernel(5, 7, top_edge) == 762
[[(i, j) for j in range(1, 5)] for i in range(1, 5)]
rng = range(1, 27)
top_edge3 = tensor([[apply_kernel(i, j, top_edge) for j in rng] for i in rng])
show_image(top_edge3)
left_edge = tensor([[-1, 1, 0], [-1, 1, 0], [-1, 1, 0]]).float()
left_edge3 = tensor([[apply_kernel(i, j, left_edge) for j in rng] for i in rng])
show_image(left_edge3)
assert (left_edge3.min(), left_edge3.max()) == (-536, 514)

# --- convolutions in PyTorch
diag1_edge = tensor([[0, -1, 1], [-1, 1, 0], [1, 0, 0]]).float()
diag2_edge = tensor([[1, -1, 0], [0, 1, -1], [0, 0, 1]]).float()
edge_kernels = torch.stack([left_edge, top_edge, diag1_edge, diag2_edge])
assert edge_kernels.shape == (4, 3, 3)
mnist = DataBlock(
    (ImageBlock(cls=PILImageBW), CategoryBlock),
    get_items=get_image_files,
    splitter=GrandparentSplitter(),
    get_y=parent_label,
)
dls = mnist.dataloaders(path)
xb, yb = first(dls.valid)
assert xb.shape == (64, 1, 28, 28)
xb, yb = to_cpu(xb), to_cpu(yb)
edge_kernels = edge_kernels.unsqueeze(1)
assert edge_kernels.shape == (4, 1, 3, 3)
batch_features = F.conv2d(xb, edge_kernels)
assert batch_features.shape == (64, 4, 26, 26)
show_image(batch_features[0, 0])

# --- a first network
simple_net = nn.Sequential(nn.Linear(28 * 28, 30), nn.ReLU(), nn.Linear(30, 1))
broken_cnn = sequential(
    nn.Conv2d(1, 30, kernel_size=3, padding=1),
    nn.ReLU(),
    nn.Conv2d(30, 1, kernel_size=3, padding=1),
)
assert broken_cnn(xb).shape == (64, 1, 28, 28)


def conv(ni, nf, ks=3, act=True):
    res = nn.Conv2d(ni, nf, stride=2, kernel_size=ks, padding=ks // 2)
    if act:
        res = nn.Sequential(res, nn.ReLU())
    return res


simple_cnn = sequential(
    conv(1, 4), conv(4, 8), conv(8, 16), conv(16, 32), conv(32, 2, act=False), Flatten()
)
assert simple_cnn(xb).shape == (64, 2)
learn = Learner(dls, simple_cnn, loss_func=F.cross_entropy, metrics=accuracy)
print(learn.summary())
learn.fit_one_cycle(EPOCHS, 0.01)
m = learn.model[0]
assert m[0].weight.shape == (4, 1, 3, 3)
assert m[0].bias.shape == (4,)

# --- colour
colour = Image.fromarray(np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8))
im = image2tensor(colour)
assert im.shape == (3, 60, 80)
show_image(im)
_, axs = subplots(1, 3)
for channel, ax, cmap in zip(im, axs, ("Reds", "Greens", "Blues"), strict=True):
    show_image(255 - channel, ax=ax, cmap=cmap)

# --- training that fails, and looking inside
from convscope.all import *

assert conv(1, 1)[0].stride == (2, 2)  # the reader's own is still there
path = untar_data(URLs.MNIST)


def get_dls(bs=64):
    return DataBlock(
        blocks=(ImageBlock(cls=PILImageBW), CategoryBlock),
        get_items=get_image_files,
        splitter=GrandparentSplitter("training", "testing"),
        get_y=parent_label,
        batch_tfms=Normalize(),
    ).dataloaders(path, bs=bs)


dls = get_dls()
assert (len(dls.train), len(dls.valid)) == (937, 157)
dls.show_batch(max_n=9, figsize=(4, 4))


def simple_cnn():
    return sequential(
        conv(1, 8, ks=5),
        conv(8, 16),
        conv(16, 32),
        conv(32, 64),
        conv(64, 10, act=False),
        Flatten(),
    )


def fit(epochs=1):
    learn = Learner(
        dls,
        simple_cnn(),
        loss_func=F.cross_entropy,
        metrics=accuracy,
        cbs=ActivationStats(with_hist=True),
    )
    learn.fit(epochs, 0.06)
    return learn


learn = fit()
learn.activation_stats.plot_layer_stats(0)
learn.activation_stats.plot_layer_stats(-2)

# --- a larger batch, then one cycle
dls = get_dls(512)
assert (len(dls.train), len(dls.valid)) == (117, 20)
learn = fit()
learn.activation_stats.plot_layer_stats(-2)


def fit(epochs=1, lr=0.06):
    learn = Learner(
        dls,
        simple_cnn(),
        loss_func=F.cross_entropy,
        metrics=accuracy,
        cbs=ActivationStats(with_hist=True),
    )
    learn.fit_one_cycle(epochs, lr)
    return learn


learn = fit()
learn.recorder.plot_sched()
learn.activation_stats.plot_layer_stats(-2)
learn.activation_stats.color_dim(-2)
assert len(learn.activation_stats.layer_stats(-2)) == 117

# --- batch normalisation


def conv(ni, nf, ks=3, act=True):
    layers = [nn.Conv2d(ni, nf, stride=2, kernel_size=ks, padding=ks // 2)]
    if act:
        layers.append(nn.ReLU())
    layers.append(nn.BatchNorm2d(nf))
    return nn.Sequential(*layers)


learn = fit()
learn.activation_stats.color_dim(-4)
scores = learn.validate()
print("with BatchNorm:", scores)
assert scores[1] > 0.97
if not SHORT:
    learn = fit(5, lr=0.1)
    assert learn.validate()[1] > 0.985
plt.close("all")
print("every cell ran")
