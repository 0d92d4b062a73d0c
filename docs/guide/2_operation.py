# %% [markdown]
# # 2. The operation
#
# On [page 1](1_kernels.md) a kernel slid over a picture by two Python loops. This page hands the same work to PyTorch, for many kernels and
# many pictures at once, and then looks at it from three sides: as a window, as equations, as a matrix.

# %%
from convscope.all import *
from convscope.conv import (
    CHAPTER_LETTERS,
    Window,
    convolution,
    equations,
    output_size,
    size_formula,
    weight_matrix,
)
from convscope.figures import equation_lines, sliding_window, tied_weights
from convscope.pictures import digits_folder

# %% [markdown]
# ## What `conv2d` wants
#
# `F.conv2d(input, weight)` takes two tensors of rank 4:
#
# | tensor | axes | meaning |
# |---|---|---|
# | input | (batch, channels in, rows, columns) | a batch of pictures; grey ones have one channel |
# | weight | (channels out, channels in, kernel rows, kernel columns) | one kernel for each channel out |
#
# A **channel** is one number a pixel: a grey picture has one, a colour picture three, and inside a network each map is a channel. Our four kernels
# are (4, 3, 3) when they are stacked. The axis of the channels in is missing; `unsqueeze(1)` puts an axis of length 1 there.

# %%
top_edge = tensor([[-1, -1, -1], [0, 0, 0], [1, 1, 1]]).float()
left_edge = tensor([[-1, 1, 0]] * 3).float()
diag1_edge = tensor([[0, -1, 1], [-1, 1, 0], [1, 0, 0]]).float()
diag2_edge = tensor([[1, -1, 0], [0, 1, -1], [0, 0, 1]]).float()
edge_kernels = torch.stack([left_edge, top_edge, diag1_edge, diag2_edge])
print(edge_kernels.shape)
edge_kernels = edge_kernels.unsqueeze(1)
print(edge_kernels.shape)
assert edge_kernels.shape == (4, 1, 3, 3)

# %% [markdown]
# > **Where the book is wrong.** Its text names the axes of the weights as channels in, channels out, rows, columns. PyTorch has channels
# > **out first**. For a layer from 1 to 4 channels that is easy to see:

# %%
layer = nn.Conv2d(1, 4, kernel_size=3)
print("weights:", tuple(layer.weight.shape), " bias:", tuple(layer.bias.shape))
assert layer.weight.shape == (4, 1, 3, 3) and layer.bias.shape == (4,)

# %% [markdown]
# For pictures we take a batch of 64 digits. A `DataBlock` says where pictures and labels come from; [page 4](4_first_cnn.md) explains it. The pixels
# are now between 0 and 1.

# %%
path = digits_folder()
mnist = DataBlock(
    (ImageBlock(cls=PILImageBW), CategoryBlock),
    get_items=get_image_files,
    splitter=GrandparentSplitter(),
    get_y=parent_label,
)
dls = mnist.dataloaders(path)
xb, yb = first(dls.valid)
batch_features = F.conv2d(xb, edge_kernels)
print(xb.shape, "->", batch_features.shape)
assert xb.shape == (64, 1, 28, 28) and (xb.min(), xb.max()) == (0, 1)
assert batch_features.shape == (64, 4, 26, 26)

# %% [markdown]
# 64 pictures, 4 maps each, 26 x 26 cells: all of them in one call. It is the same arithmetic as by hand. On the three of page 1 the answer at the place centred on
# (5, 7) was 762; with pixels divided by 255 it is 762 / 255 = 2.988.

# %%
im3_t = tensor(Image.open(path / "train" / "3" / "12.png"))
maps = F.conv2d(im3_t.float()[None, None] / 255, edge_kernels)[0]
print(f"{float(maps[1, 4, 6]):.3f}")
assert abs(maps[1, 4, 6] - 762 / 255) < 1e-5 and round(762 / 255, 3) == 2.988

rng = range(1, 27)
for kernel, found in zip(edge_kernels[:, 0], maps, strict=True):
    by_hand = tensor(
        [[(im3_t[i - 1 : i + 2, j - 1 : j + 2] * kernel).sum() for j in rng] for i in rng]
    )
    assert torch.allclose(found * 255, by_hand, atol=1e-3)

# %% alt="Four maps of the same three: left edges, top edges, and two diagonals"
_, axs = subplots(1, 4)
for found, ax, name in zip(maps, axs, ("left", "top", "diag1", "diag2"), strict=True):
    show_image(found, ax=ax, title=name)

# %% [markdown]
# Mathematicians call this *cross-correlation*; what they call convolution turns the kernel by half a circle first. For weights that are learnt
# it makes no difference, and every deep learning library leaves the turning out.
#
# ## Padding: keep the size
#
# 28 became 26, because a window centred on the rim hangs over it. Put zeros around the picture, and the window fits there, too. This is
# **padding**. With a kernel of `ks` pixels, ks odd, `ks // 2` pixels of padding keep the size: 1 for 3, 2 for 5.
#
# ## Stride: halve it
#
# The window may move two pixels at a time. This is **stride** 2: half as many places along each axis, a quarter of the cells. Together they give a formula
# that is worth knowing by heart (// is division without the remainder):
#
#     cells = (n + 2 * padding - ks) // stride + 1

# %%
cases = [
    (28, Window(3), 26),
    (28, Window(3, padding=1), 28),
    (28, Window(5, padding=2), 28),
    (28, Window(3, padding=1, stride=2), 14),
    (5, Window(4, padding=2), 6),
    (5, Window(3, padding=1, stride=2), 3),
    (4, Window(3), 2),
]
for length, window, expected in cases:
    print(f"{length:2} px, {window.size} x {window.size}:", size_formula(length, window))
    assert output_size(length, window) == expected
    torch_layer = nn.Conv2d(1, 1, window.size, window.stride, window.padding)
    assert torch_layer(torch.zeros(1, 1, length, length)).shape[-1] == expected

# %% [markdown]
# The chapter's layer, ks 3, stride 2, padding 1, makes (n + 1) // 2 cells of n pixels. Repeated, it takes a digit to a single cell:

# %%
sizes = [28]
while sizes[-1] > 1:
    sizes.append(output_size(sizes[-1], Window(3, padding=1, stride=2)))
print(" -> ".join(map(str, sizes)))
assert sizes == [28, 14, 7, 4, 2, 1]
assert all(b == (a + 1) // 2 for a, b in zip(sizes, sizes[1:]))

# %% [markdown]
# One place of such a window on a 5 x 5 picture. The pale rim is the padding; the box on the right is the cell that this place fills.

# %% alt="A 5 x 5 picture with a rim of zeros, a 3 x 3 window in it, and a 3 x 3 map half filled"
five = np.arange(1.0, 26).reshape(5, 5)
strided = convolution(np.ones((3, 3)), stride=2, padding=1)
sliding_window(five, strided, 4)

# %% [markdown]
# The window covers 7 8 9 / 12 13 14 / 17 18 19, and with a kernel of ones their sum is 117. The first cell covers five zeros of the padding
# and 1 2 / 6 7: it is 16.

# %%
found = F.conv2d(tensor(five).float()[None, None], torch.ones(1, 1, 3, 3), stride=2, padding=1)
print(found[0, 0])
assert found[0, 0, 1, 1] == 117 and found[0, 0, 0, 0] == 16

# %% [markdown]
# ## Three views of the same thing
#
# Take the smallest example that shows everything: a picture of 3 x 3 pixels called A to J (without I), a kernel of 2 x 2 weights
# α β / γ δ, a bias b. The map has 2 x 2 cells, P Q / R S.
#
# **1. A window slides.** That is what we did until now.
#
# **2. Equations.** Each cell is one equation, with the same four weights in each:

# %% alt="Four equations: alpha A + beta B + gamma D + delta E + b = P, and the same for Q, R and S"
small = convolution(np.array([[1.0, 2.0], [3.0, 4.0]]), bias=[0.5])
for line in equations(small, 3, 3):
    print(line.text(CHAPTER_LETTERS))
assert equations(small, 3, 3)[3].text(CHAPTER_LETTERS) == "αE + βF + γH + δJ + b = S"
equation_lines(small, 3, 3, CHAPTER_LETTERS)

# %% [markdown]
# **3. A matrix.** Write the picture as one column of nine numbers. Four equations in nine unknowns are a matrix of 4 x 9. Each row holds the four weights, moved
# along, and zeros elsewhere:

# %% alt="A matrix of 4 rows and 9 columns: each weight in its own colour, the fixed zeros grey"
matrix = weight_matrix(small, 3, 3)
print(matrix.text("abgd"))
print(matrix.count())
assert matrix.text("abgd").splitlines()[0] == "a b 0 g d 0 0 0 0"
tied_weights(matrix, CHAPTER_LETTERS)

# %% [markdown]
# So a convolution is an ordinary linear layer with two restrictions. Some of its weights are **fixed at zero** and are never trained: 20 of the 36
# here. The others are **tied**: 16 places share 4 weights, and stay equal while they learn. A dense layer between the same pixels and cells
# would learn 40 numbers, this one 5. That is why a convolution needs so little data: it cannot learn that a stroke matters in one corner
# only, and it need not learn again in each corner what a stroke is.
#
# All three views give the same numbers:

# %%
count = matrix.count()
assert (count.entries, count.fixed_zeros, count.tied, count.weights) == (36, 20, 16, 4)
assert (count.entries + count.dense_biases, count.weights + count.biases) == (40, 5)

picture = np.arange(1.0, 10).reshape(3, 3)
by_matrix = matrix.dense() @ picture.ravel() + matrix.biases
by_equations = [line.value(picture, small) for line in equations(small, 3, 3)]
by_window = F.conv2d(
    tensor(picture)[None, None], tensor(small.weight), tensor(small.bias)
).flatten()
print(by_matrix, by_equations, by_window.tolist())
assert by_matrix.tolist() == by_equations == by_window.tolist() == [37.5, 47.5, 67.5, 77.5]

# %% [markdown]
# P is 1 x 1 + 2 x 2 + 3 x 4 + 4 x 5 + 0.5 = 37.5. Check Q yourself: 47.5.
#
# ## NCHW or NHWC
#
# PyTorch stores a batch as batch, channels, height, width: **NCHW**. TensorFlow says **NHWC**, channels last. These are only two orders of the same axes, and
# `permute` goes from one to the other:

# %%
nhwc = xb.permute(0, 2, 3, 1)
print(tuple(xb.shape), "->", tuple(nhwc.shape))
assert nhwc.shape == (64, 28, 28, 1)
assert torch.equal(nhwc.permute(0, 3, 1, 2), xb)

# %% [markdown]
# ## Exercises
#
# **1.** A picture of 32 pixels, a kernel of 7, stride 2. Which padding gives 16 cells?
#
# <details><summary>Answer</summary>
#
# 3, which is 7 // 2: (32 + 6 - 7) // 2 + 1 = 15 + 1 = 16.
#
# </details>

# %%
assert output_size(32, Window(7, stride=2, padding=3)) == 16 and (32 + 6 - 7) // 2 == 15

# %% [markdown]
# **2.** The matrix of a 3 x 3 kernel on 28 x 28 pixels with padding 1 has how many entries, and how many different weights?
#
# <details><summary>Answer</summary>
#
# 784 cells times 784 pixels are 614,656 entries. They share 9 weights.
#
# </details>

# %%
large = weight_matrix(convolution(np.ones((3, 3)), padding=1), 28, 28).count()
print(large)
assert (large.entries, large.weights) == (614_656, 9) and 28 * 28 == 784

# %% [markdown]
# **3.** What happens to the map if the picture is moved by one pixel?
#
# <details><summary>Answer</summary>
#
# With stride 1 the map moves by one cell: the kernel does not know where it is. With stride 2 that holds only for moves by two pixels.
#
# </details>

# %%
moved = torch.roll(xb, 1, dims=3)
assert torch.allclose(
    F.conv2d(moved, edge_kernels)[..., 2:], F.conv2d(xb, edge_kernels)[..., 1:-1], atol=1e-5
)
