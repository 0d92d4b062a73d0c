# %% [markdown]
# # 1. Kernels by hand
#
# Before anything learns, look at the one operation that a convolutional network is made of, and do it with pencil and
# paper. You need addition and multiplication.
#
# A picture is a table of numbers. A single pixel says very little: a dark one can belong to a three, a seven or a stain. Whoever
# reads a digit looks for something else: where the ink begins and ends, which way a stroke runs. A number computed from the
# pixels so that it says such a thing directly is called a **feature**. People have designed features by hand for decades; this
# page makes some, and the pages after it let a network find its own.

# %%
from convscope.all import *
from convscope.conv import KERNELS, centred_at
from convscope.figures import kernel_over, kernel_place, kernel_sheet, pixel_table
from convscope.pictures import digits_folder

# %% [markdown]
# ## A picture is a matrix
#
# The package brings 5,000 handwritten digits of MNIST. We take one three. `Image.open` reads the file, `tensor` turns it into
# a matrix of whole numbers from 0, paper, to 255, full ink.

# %%
path = digits_folder()
im3 = Image.open(path / "train" / "3" / "12.png")
im3_t = tensor(im3)

print(im3_t.shape, im3_t.dtype)
print("sum of all pixels:", int(im3_t.long().sum()))
print("pixels with ink:", int((im3_t > 0).sum()), "of", im3_t.numel())

assert im3_t.shape == (28, 28) and im3_t.dtype == torch.uint8
assert im3_t.long().sum() == 35_761
assert (im3_t > 0).sum() == 201 and im3_t.numel() == 784
assert len(get_image_files(path)) == 5_000

# %% [markdown]
# 201 of the 784 pixels hold ink. Here is the upper part, each number on its own grey:

# %% alt="A table of numbers: zeros on paper, up to 255 where the upper stroke of the three runs"
pixel_table(im3_t[4:14, 4:24].numpy())

# %% [markdown]
# You can already see it: a row of zeros above, large numbers below it. That change from small to large, going down, is the
# **top edge** of the stroke. We want a number that is large exactly there.
#
# ## One kernel at one place
#
# Take three rows. If the lowest is large and the highest is small, then *lowest minus highest* is large. On a 3 x 3 window this
# means: count the pixels of the lower row with +1, those of the upper row with -1, and leave out the middle. These nine weights are
# a **kernel**.

# %%
top_edge = tensor([[-1, -1, -1], [0, 0, 0], [1, 1, 1]]).float()
paper = im3_t[0:3, 0:3] * top_edge
print(paper)
print("sum:", float(paper.sum()))
assert paper.sum() == 0

# %% [markdown]
# In the corner there is only paper: every product is 0 (PyTorch writes `-0.` for -1 times 0), and so is their sum. **A kernel on
# a patch of zeros gives zero**, whatever its weights are. Now put the same kernel where the stroke begins:

# %%
window = im3_t[4:7, 6:9]
print(window)
print(window * top_edge)
value = (window * top_edge).sum()
print("sum:", float(value))
assert value == 762

# %% [markdown]
# The upper row is paper, the lower row is ink: the sum is 762, close to the largest possible one, 3 x 255 = 765.
#
# Call the pixels of the window a1 to a9, row by row. Then this kernel computes
#
#     -a1 - a2 - a3 + a7 + a8 + a9
#
# > **Where the book is wrong.** Its text writes this formula with the signs turned round, a1 + a2 + a3 - a7 - a8 - a9. That is the
# > *bottom* edge kernel. With it, the window above gives -762:

# %%
a1, a2, a3, a4, a5, a6, a7, a8, a9 = window.flatten().long().tolist()
ours = -a1 - a2 - a3 + a7 + a8 + a9
books = a1 + a2 + a3 - a7 - a8 - a9
print("lower row minus upper row:", ours)
print("as the book prints it:    ", books)
assert (ours, books) == (762, -762) and 3 * 255 == 765

# %% [markdown]
# The same in a picture: what lies under the kernel, times the kernel, gives the products, and their sum is the answer. The
# window's middle is the pixel in row 5, column 7; the chapter names a place by its middle, and so do we.

# %% alt="The digit with a 3 x 3 box, the nine pixels in it, the kernel, the nine products and their sum 762"
place = centred_at(im3_t, top_edge, (5, 7))
assert place.total == 762
kernel_place(im3_t.numpy(), place)

# %% [markdown]
# Where the stroke bends, the window meets ink on both sides and the answer is small:

# %%
bend = (im3_t[7:10, 17:20] * top_edge).sum()
print(float(bend))
assert bend == -29

# %% [markdown]
# ## The same kernel everywhere
#
# One answer is not worth much. Slide the kernel over the whole picture, note the answer at each place, and you get a new picture: a
# **map** of where this feature is. First a function for one place, given by its middle:


# %%
def apply_kernel(row, col, kernel):
    return (im3_t[row - 1 : row + 2, col - 1 : col + 2] * kernel).sum()


assert apply_kernel(5, 7, top_edge) == 762

# %% [markdown]
# Then all rows and columns. Python writes a table with a list comprehension inside a list comprehension: the inner one runs along
# a row, the outer one goes from row to row. With places instead of answers it is easy to read:

# %%
places = [[(i, j) for j in range(1, 5)] for i in range(1, 5)]
for row in places:
    print(row)
assert places[0] == [(1, 1), (1, 2), (1, 3), (1, 4)] and places[3][0] == (4, 1)

# %% [markdown]
# A window that is centred on the rim would hang over it. So the middles go from 1 to 26, and the map has 26 x 26 cells: two fewer
# than the picture each way. (Page 2 shows how to keep the size.)

# %% alt="The map of the top edge kernel: upper edges of the three are black, lower edges white"
rng = range(1, 27)
top_map = tensor([[apply_kernel(i, j, top_edge) for j in rng] for i in rng])
assert top_map.shape == (26, 26)
assert (top_map.min(), top_map.max()) == (-762, 762)
show_image(top_map, figsize=(4, 4))

# %% [markdown]
# **How to read it.** `show_image` draws one channel in greys, large values dark. Upper edges of strokes are dark (up to 762), lower
# edges are white (down to -762: ink above, paper below, which is a top edge turned round), and wherever nothing changes from top to bottom it is
# grey: on paper, and also inside a stroke. Vertical strokes have vanished: this kernel does not see them. Another one
# does:

# %% alt="The map of the left edge kernel: left edges of the strokes are black, right edges white"
left_edge = tensor([[-1, 1, 0]] * 3).float()
left_map = tensor([[apply_kernel(i, j, left_edge) for j in rng] for i in rng])
assert (left_map.min(), left_map.max()) == (-536, 514)
show_image(left_map, figsize=(4, 4))

# %% [markdown]
# Here is how the window goes over a part of the digit: three of its places, and the cell of the map that each one fills.

# %% alt="A part of the digit with three boxes, the kernel, and its map with the three cells that belong to them"
kernel_over(im3_t[3:15, 4:16].numpy(), top_edge.numpy())

# %% [markdown]
# ## Four kernels compared
#
# Two more look along the diagonals. For each kernel, the table shows the least and the greatest answer, the place of the greatest, the sum of
# the whole map and the number of cells that are exactly 0.

# %%
diag1_edge = tensor([[0, -1, 1], [-1, 1, 0], [1, 0, 0]]).float()
diag2_edge = tensor([[1, -1, 0], [0, 1, -1], [0, 0, 1]]).float()
kernels = {"top": top_edge, "left": left_edge, "diag1": diag1_edge, "diag2": diag2_edge}

rows = {}
print(f"{'kernel':8}{'min':>6}{'max':>6}  {'where':10}{'sum':>8}{'zeros':>7}{'weights':>9}")
for name, kernel in kernels.items():
    found = tensor([[apply_kernel(i, j, kernel) for j in rng] for i in rng])
    where = divmod(int(found.argmax()), 26)
    rows[name] = (
        int(found.min()),
        int(found.max()),
        where,
        int(found.sum()),
        int((found == 0).sum()),
    )
    least, most, where, total, zeros = rows[name]
    print(
        f"{name:8}{least:6}{most:6}  {where!s:10}{total:8}{zeros:7}{int(kernel.sum()):9}",
    )

assert rows["top"] == (-762, 762, (4, 4), 0, 353)
assert rows["left"] == (-536, 514, (17, 17), 0, 408)
assert rows["diag1"] == (-321, 540, (19, 16), 35_761, 388)
assert rows["diag2"] == (-263, 509, (21, 9), 35_761, 386)

# %% [markdown]
# Look at the column `sum`. It is 0 for two kernels, and 35,761 for the other two, which is the sum of all pixels of the digit. That is no
# accident. Since the digit does not touch the rim, each inked pixel meets each of the nine weights exactly once while
# the kernel slides. So
#
#     sum of the map = (sum of the pixels) x (sum of the weights)
#
# The weights of `top` and `left` add up to 0, those of the two diagonal kernels to 1. A kernel with sum 0 answers to *changes* only; one with
# another sum also answers to plain ink: in the middle of a black area the diagonal kernels give 255 and not 0.

# %%
ink = torch.full((3, 3), 255.0)
print({name: float((ink * kernel).sum()) for name, kernel in kernels.items()})
assert [float((ink * kernel).sum()) for kernel in kernels.values()] == [0, 0, 255, 255]

# %% [markdown]
# ## More kernels
#
# The package knows 18 kernels with their history: edges, blurs, sharpening. `convscope kernels PICTURE` draws them for any picture
# of yours. Four of them on our digit:

# %% alt="The digit and the maps of four kernels: sobel_x, laplacian, gaussian_blur and emboss"
assert len(KERNELS) == 18
kernel_sheet(
    im3_t.numpy(), [KERNELS[n] for n in ("sobel_x", "laplacian", "gaussian_blur", "emboss")]
)

# %% [markdown]
# All of them were designed by people, by thinking about what should be large where. A convolutional network has the same kernels with other
# numbers in them. It begins with random ones and changes them so that its answers get better; nobody tells it to look for edges.
#
# ## Exercises
#
# **1.** A 7 x 7 picture holds 1 to 49, row by row. The kernel is 0.1, 0.2, ... 0.9, row by row. What is the answer where its middle lies on
# the 18?
#
# <details><summary>Answer</summary>
#
# The window is 10 11 12 / 17 18 19 / 24 25 26, and
# 0.1 x 10 + 0.2 x 11 + ... + 0.9 x 26 = 94.2.
#
# </details>

# %%
numbers = torch.arange(1.0, 50).view(7, 7)
nine = torch.arange(1, 10).view(3, 3) / 10
row, column = (numbers == 18).nonzero()[0].tolist()
under = numbers[row - 1 : row + 2, column - 1 : column + 2]
answer = (under * nine).sum()
print(under.int().tolist(), round(float(answer), 4))
assert abs(nine.flatten() - tensor([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])).max() < 1e-6
assert under.int().tolist() == [[10, 11, 12], [17, 18, 19], [24, 25, 26]]
assert abs(answer - 94.2) < 1e-4

# %% [markdown]
# **2.** Make a kernel for bottom edges. How does its map differ from that of the top edges?
#
# <details><summary>Answer</summary>
#
# Turn every sign round. Every answer then changes its sign, too: dark and light are exchanged.
#
# </details>

# %%
bottom_map = tensor([[apply_kernel(i, j, -top_edge) for j in rng] for i in rng])
assert torch.equal(bottom_map, -top_map)

# %% [markdown]
# **3.** Which kernel leaves the picture as it is? Which one makes each cell the mean of its surroundings?
#
# <details><summary>Answer</summary>
#
# A 1 in the middle and zeros around it; nine times 1/9.
#
# </details>

# %%
identity = tensor([[0, 0, 0], [0, 1, 0], [0, 0, 0]]).float()
same = tensor([[apply_kernel(i, j, identity) for j in rng] for i in rng])
assert torch.equal(same, im3_t[1:27, 1:27].float())
mean = apply_kernel(5, 7, torch.full((3, 3), 1 / 9))
assert abs(mean - im3_t[4:7, 6:9].float().mean()) < 1e-4
