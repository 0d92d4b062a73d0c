# %% [markdown]
# # 3. The arithmetic of a network
#
# What does a network cost, and how far does it see? Both can be worked out on paper before anything is trained. We take the chapter's network
# that tells threes from sevens, five convolutions of the kind that halves the picture ([page 2](2_operation.md)).

# %%
from convscope.all import *
from convscope.conv import Window, receptive_field, trace_back
from convscope.figures import precedent_boxes
from convscope.models import simple_cnn, simple_net
from convscope.pictures import digits_folder
from convscope.probe import anatomy

# %%
torch.manual_seed(0)
net = simple_net()
found = anatomy(net, (1, 28, 28))
print(found)

# %% [markdown]
# `anatomy` runs a network once and takes it apart; it works on any `nn.Module`. `convscope summary simple_net` prints the same. Let us work out each
# column.
#
# ## Parameters
#
# A convolution from `ni` to `nf` channels has a kernel of ni x ks x ks weights for each channel out, and one bias for each channel out:
#
#     parameters = nf * ni * ks * ks + nf
#
# Note what does *not* occur: the size of the picture.


# %%
def parameters(ni, nf, ks=3):
    return nf * ni * ks * ks + nf


widths = [1, 4, 8, 16, 32, 2]
params = [parameters(ni, nf) for ni, nf in zip(widths, widths[1:])]
print(params, "together", sum(params))
assert params == [40, 296, 1_168, 4_640, 578] and sum(params) == 6_722
assert sum(one.numel() for one in net.parameters()) == 6_722

# %% [markdown]
# The second layer: 8 x 4 x 3 x 3 = 288 weights and 8 biases are 296 parameters. Together 6,722. A
# dense network with one hidden layer of 30 has 784 x 30 + 30 + 30 x 2 + 2 = 23,612.

# %%
dense = nn.Sequential(nn.Flatten(), nn.Linear(784, 30), nn.ReLU(), nn.Linear(30, 2))
assert sum(one.numel() for one in dense.parameters()) == 23_612
assert net[1][0].weight.numel() == 288

# %% [markdown]
# ## Multiplications
#
# Every weight of a kernel is used once at every place of the **output** map:
#
#     multiply-adds = weights * rows out * columns out

# %%
sizes = [28, 14, 7, 4, 2, 1]
print(f"{'layer':10}{'weights':>9}{'places out':>12}{'true':>10}{'book':>10}{'book / true':>13}")
true, book = [], []
for ni, nf, before, after in zip(widths, widths[1:], sizes, sizes[1:]):
    weights = nf * ni * 9
    true.append(weights * after * after)
    book.append(weights * before * before)
    name, places = f"{ni} -> {nf}", f"{after} x {after}"
    print(
        f"{name:10}{weights:9,}{places:>12}{true[-1]:10,}{book[-1]:10,}{book[-1] / true[-1]:13.2f}"
    )
print("together", f"{sum(true):,}", f"{sum(book):,}")
assert true == [7_056, 14_112, 18_432, 18_432, 576] and sum(true) == 58_608
assert book == [28_224, 56_448, 56_448, 73_728, 2_304] and sum(book) == 217_152
assert found.multiply_adds == 58_608 and found.reconciled["the book"] == 217_152

# %% [markdown]
# > **Where the book is wrong.** It multiplies the weights with the size of the **input** grid: for the second layer 14 x 14 x 288 = 56,448. But
# > the window moves two pixels at a time and stops at only 7 x 7 places: 7 x 7 x 288 = 14,112, a quarter of it. For the whole network it
# > counts 217,152 where 58,608 multiplications are done. We print the true number, and the book's beside it where you ask.
#
# That it is the true number can be seen by counting. A layer whose weights are all 1, on a picture of ones, adds up one for each multiplication
# that is not with padding; with the padding made of ones as well, it is all of them:

# %%
ones = torch.ones(1, 4, 16, 16)  # 14 x 14, and a rim of 1
counted = F.conv2d(ones, torch.ones(8, 4, 3, 3), stride=2).sum()
print("multiplications counted in the second layer:", int(counted))
assert counted == 14_112 and 14 * 14 * 288 == 56_448

# %% [markdown]
# ## Why channels double
#
# Stride 2 leaves a quarter of the cells. If the number of channels stayed the same, each layer would hold a quarter of the numbers of the one before, and
# deep layers, which should know the most involved things, would have the least room. Doubling the channels makes it a half each time: the
# picture is squeezed, but not that fast. And the work stays about equal, as the table above shows: 14,112, 18,432, 18,432.

# %%
for nf, after in zip(widths[1:], sizes[1:]):
    print(f"{nf:2} channels of {after:2} x {after:2}: {nf * after * after:4} numbers")
assert [nf * after**2 for nf, after in zip(widths[1:], sizes[1:])] == [784, 392, 256, 128, 2]

# %% [markdown]
# ## What one cell sees
#
# A cell of the first map depends on 3 x 3 pixels. A cell of the second depends on 3 x 3 cells of the first, whose windows lie two pixels
# apart: together 7 x 7 pixels. The part of the picture that can change a cell is its **receptive field**. Two numbers are carried from layer to layer,
# the field and the **jump**, the pixels from one cell's field to its neighbour's:
#
#     field = field + (ks - 1) * jump
#     jump  = jump * stride

# %%
field, jump = 1, 1
fields = []
for _ in range(5):
    field, jump = field + 2 * jump, jump * 2
    fields.append((field, jump))
print(fields)
assert fields == [(3, 2), (7, 4), (15, 8), (31, 16), (63, 32)]
assert receptive_field([Window(3, stride=2, padding=1)] * 5).size == 63
assert [found.layer(n).field.size[0] for n in range(5)] == [3, 7, 15, 31, 63]

# %% [markdown]
# The field about doubles with each layer. From the fourth layer on, with 31 pixels, it is larger than the digit with its 28. Depth, not large kernels, lets a
# network see the whole.
#
# ## Which cells, exactly
#
# A spreadsheet can mark the cells that a formula reads, its *precedents*. The chapter does that for two 3 x 3 layers with stride 2 and without padding, on
# 22 x 22 pixels. We cut such a piece out of our three, use the same kernels, and ask for the cell in row 0, column 3 of the last map.

# %% alt="The digit, the first map and the second map, with boxes: 7 x 7 pixels, 3 x 3 cells, one cell"
piece = tensor(Image.open(digits_folder() / "train" / "3" / "12.png"))[3:25, 3:25].float() / 255
one = tensor([[0.20, 0.06, 0.19], [0.14, 0.01, 0.11], [0.12, 0.07, 0.17]])
two = tensor([[0.00, 0.19, 0.08], [0.06, 0.17, 0.10], [0.20, 0.10, 0.02]])
first_map = F.conv2d(piece[None, None], one[None, None], stride=2).relu()
second_map = F.conv2d(first_map, two[None, None], stride=2)
trail = trace_back((0, 3), (22, 22), [Window(3, stride=2)] * 2)
print([cells.box for cells in trail])

assert first_map.shape[-2:] == (10, 10) and second_map.shape[-2:] == (4, 4)
assert [cells.box for cells in trail] == [(0, 6, 12, 18), (0, 2, 6, 8), (0, 0, 3, 3)]
precedent_boxes([piece.numpy(), first_map[0, 0].numpy(), second_map[0, 0].numpy()], trail)

# %% [markdown]
# First to last row, first to last column: the cell reads rows 0 to 2 and columns 6 to 8 of the first map, and through them rows 0 to 6 and
# columns 12 to 18 of the picture. The proof is an experiment: change every other pixel, and the cell must not move; then change one inside.

# %%
mask = torch.zeros(22, 22, dtype=torch.bool)
mask[0:7, 12:19] = True


def last_cell(pixels):
    hidden = F.conv2d(pixels[None, None], one[None, None], stride=2).relu()
    return F.conv2d(hidden, two[None, None], stride=2)[0, 0, 0, 3]


noise = torch.rand(22, 22)
outside = torch.where(mask, piece, noise)
inside = torch.where(mask, noise, piece)
print(float(last_cell(piece)), float(last_cell(outside)), float(last_cell(inside)))
assert last_cell(outside) == last_cell(piece) != last_cell(inside)

# %% [markdown]
# `convscope trace NETWORK PICTURE --layer 1 --cell 0,3` does this for any network and prints the numbers along the way.
#
# ## Exercises
#
# **1.** The network for ten digits begins with a kernel of 5 x 5 and 8 channels, then 16, 32, 64, 10. How many parameters has each layer, and how
# many multiplications are done?
#
# <details><summary>Answer</summary>
#
# 208, 1,168, 4,640, 18,496 and 5,770 parameters, 30,282 together; 248,864 multiplications.
#
# </details>

# %%
ten = anatomy(simple_cnn(), (1, 28, 28))
counts = [ten.layer(n).parameters for n in range(5)]
print(counts, ten.parameters, ten.multiply_adds)
assert counts == [208, 1_168, 4_640, 18_496, 5_770]
assert (ten.parameters, ten.multiply_adds) == (30_282, 248_864)

# %% [markdown]
# **2.** How large are the receptive fields of its five layers?
#
# <details><summary>Answer</summary>
#
# 5, 9, 17, 33, 65: the larger first kernel adds 2 to the first field, and everything after it starts from there.
#
# </details>

# %%
assert [ten.layer(n).field.size[0] for n in range(5)] == [5, 9, 17, 33, 65]

# %% [markdown]
# **3.** A layer with stride 1 instead of 2 in the first place: what becomes of parameters, multiplications and fields?
#
# <details><summary>Answer</summary>
#
# The parameters stay. The first layer has four times as many places, and every later one, too. Jumps stay half as large, so that later fields grow half as
# fast: the second layer sees 5 pixels instead of 7.
#
# </details>

# %%
assert receptive_field([Window(3, padding=1), Window(3, stride=2, padding=1)]).size == 5
