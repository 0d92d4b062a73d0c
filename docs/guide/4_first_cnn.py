# %% [markdown]
# # 4. A first convolutional network
#
# A **convolutional neural network** (CNN) is a network in which at least some layers are convolutions. On [page 1](1_kernels.md) we chose the nine numbers of a
# kernel ourselves. Here they start at random and are learnt: gradient descent treats them like any other weight. We tell threes from
# sevens.

# %%
from convscope.all import *
from convscope.figures import traced
from convscope.pictures import digits_folder
from convscope.probe import told, trace
from convscope.tables import trace_text

# %% [markdown]
# ## The data
#
# A `DataBlock` answers four questions: which kinds of things (a grey picture, a class)? Which files? Which of them are put
# aside to check with? What is the label? Here the label is the name of the folder, and so is the split: `train` and `valid`.


# %%
def threes_and_sevens(folder):
    return [file for file in get_image_files(folder) if file.parent.name in ("3", "7")]


mnist = DataBlock(
    (ImageBlock(cls=PILImageBW), CategoryBlock),
    get_items=threes_and_sevens,
    splitter=GrandparentSplitter(),
    get_y=parent_label,
)
dls = mnist.dataloaders(digits_folder(), bs=64)
xb, yb = first(dls.valid)

print("classes:", dls.vocab)
print("training batches:", len(dls.train), " validation batches:", len(dls.valid))
print("one batch:", tuple(xb.shape), tuple(yb.shape))
assert list(dls.vocab) == ["3", "7"]
assert (len(dls.train), len(dls.valid)) == (12, 4)
assert len(dls.train_files) == 800 and len(dls.valid_files) == 200
assert xb.shape == (64, 1, 28, 28) and yb.shape == (64,)

# %% [markdown]
# 800 pictures to learn from make 12 full batches of 64; what is left over is dropped, but it is other pictures in each epoch. The 200 for validation are all kept, in
# order: 4 batches. **Always look at a batch before you train**: a wrong label or a picture on its side costs nothing now and
# hours later.

# %% alt="Nine digits of a batch, threes and sevens, each with its class above it"
dls.show_batch(max_n=9, figsize=(4, 4))

# %% [markdown]
# ## A network that cannot work
#
# The layers of a dense network are `nn.Linear`, `nn.ReLU`, `nn.Linear`. Put convolutions in their place:

# %%
broken_cnn = sequential(
    nn.Conv2d(1, 30, kernel_size=3, padding=1),
    nn.ReLU(),
    nn.Conv2d(30, 1, kernel_size=3, padding=1),
)
print(tuple(broken_cnn(xb).shape))
assert broken_cnn(xb).shape == (64, 1, 28, 28)

# %% [markdown]
# Each picture gets 28 x 28 answers. We want two: how much like a three, how much like a seven. The **ReLU** between the layers replaces negative numbers by 0; without
# it two convolutions in a row would be one larger convolution.
#
# One way out: halve the picture again and again with stride 2, until a single cell is left, and let the last layer have two channels. 28, 14, 7, 4, 2, 1: that takes five
# layers. They all look alike, so we write the pattern down once:


# %%
def conv(ni, nf, ks=3, act=True):
    layer = nn.Conv2d(ni, nf, stride=2, kernel_size=ks, padding=ks // 2)
    return nn.Sequential(layer, nn.ReLU()) if act else layer


# %% [markdown]
# Such a function is more than less typing. What is written once cannot differ by mistake from layer to layer, and can be changed once: on
# [page 9](9_batchnorm.md) each layer gets a third part, and only this function changes. (`act=False` is for the last layer: its outputs are scores, and a score
# may be negative.)

# %%
torch.manual_seed(0)
simple_cnn = sequential(
    conv(1, 4),
    conv(4, 8),
    conv(8, 16),
    conv(16, 32),
    conv(32, 2, act=False),
    Flatten(),
)
print("before Flatten:", tuple(simple_cnn[:-1](xb).shape), " after:", tuple(simple_cnn(xb).shape))
assert simple_cnn[:-1](xb).shape == (64, 2, 1, 1)
assert simple_cnn(xb).shape == (64, 2)

# %% [markdown]
# The last convolution leaves two maps of 1 x 1. The loss wants a plain table, a row a picture: **Flatten** removes the axes of length 1. It
# stands at the end, where nothing is left to slide over.
#
# ## The Learner
#
# A `Learner` brings together data, network, loss and metrics. Its summary names each layer with the shape of its output (64 is the batch), its
# parameters ([page 3](3_arithmetic.md) counts them) and whether they are trained:

# %%
learn = Learner(dls, simple_cnn, loss_func=F.cross_entropy, metrics=accuracy)
summary = str(learn.summary())
print(summary)
assert "64 x 4 x 14 x 14          40  True" in summary
assert sum(one.numel() for one in learn.model.parameters()) == 6_722

# %% [markdown]
# Each Linear layer of a dense network would need to know the size of the picture; here no layer does. Now train: eight times through the pictures, with a rate that rises to 0.01 and
# falls again ([page 7](7_one_cycle.md)).

# %%
learn.fit_one_cycle(8, 0.01)
loss, score = learn.validate()
print(f"accuracy on pictures it has never seen: {score:.3f}")
assert score > 0.95

# %% [markdown]
# The table has a row an epoch. *train loss* is a running average over the batches, *valid loss* is measured on the pictures put aside. More than
# 0.95 of these are right, after a few seconds. (With all 12,396 threes and sevens of MNIST it is about 0.99: `convscope chapter`
# has that as step S.)
#
# ## What it learnt
#
# The four kernels of the first layer. They were random, and now some of them look like something one could have drawn by hand.

# %% alt="The four learnt 3 x 3 kernels of the first layer, in red and blue"
kernels = learn.model[0][0].weight.detach()
assert kernels.shape == (4, 1, 3, 3)
_, axs = subplots(1, 4)
for number, (kernel, ax) in enumerate(zip(kernels, axs, strict=True)):
    show_image(kernel[0], ax=ax, cmap="RdBu_r", title=f"kernel {number}")

# %% [markdown]
# ## One number, back to the pixels
#
# Nothing in a trained network is hidden. Take a three, and of the second layer the largest number in row 2, column 3. It is a sum: 3 x 3 cells of each of four maps, each
# times its weight, plus a bias. And each of those cells is a sum over pixels.

# %% alt="The digit, the first map and the second map with boxes, and below them patches, kernels and products"
digit = tensor(Image.open(digits_folder() / "train" / "3" / "12.png")).float()[None, None] / 255
found = trace(learn.model, digit, layer=1, cell=(2, 3), depth=2)
assert abs(found.step.computed - found.value) < 1e-5
traced(told(learn.model, found))

# %%
pixels = found.regions[found.recording.inputs[0]]
print(trace_text(told(learn.model, found)))
assert pixels.box == ((5, 11), (9, 15))

# %% [markdown]
# ## Exercises
#
# **1.** Why does the network have two outputs and not one?
#
# <details><summary>Answer</summary>
#
# One score for each class, compared by `F.cross_entropy`: the same code serves ten classes. For two, one output and its sign would do, too.
#
# </details>
#
# **2.** What happens to pictures of 32 pixels?
#
# <details><summary>Answer</summary>
#
# 32, 16, 8, 4, 2, 1: it works, since no layer knows the size. With 64 pixels the last map is 2 x 2, and Flatten gives 8 numbers instead of 2: the network
# runs, but the loss takes them for eight classes.
#
# </details>

# %%
assert simple_cnn(torch.zeros(1, 1, 32, 32)).shape == (1, 2)
assert simple_cnn(torch.zeros(1, 1, 64, 64)).shape == (1, 8)

# %% [markdown]
# **3.** Use one line to find out what the network thinks of the three of page 1.
#
# <details><summary>Answer</summary>
#
# `learn.predict(digit[0])` gives the class, its number and the probabilities.
#
# </details>

# %%
name, _, shares = learn.predict(digit[0])
print(name, [f"{float(one):.3f}" for one in shares])
assert name == "3"
