# %% [markdown]
# # 5. Colour
#
# A colour picture is three pictures on top of each other. This page shows what a convolution does with them, and why it needs no new idea.

# %%
from convscope.all import *
from convscope.conv import convolution, place_at
from convscope.figures import colour_channels, colour_convolution

# %% [markdown]
# ## Three channels
#
# The package brings a photograph (by Rachel Michetti, CC0). `image2tensor` gives a tensor of rank 3: channel, row, column. Each pixel has three numbers from 0 to
# 255, how much red, green and blue light it sends.

# %% alt="A white cup of coffee on a red saucer, on a brown table"
im = image2tensor(Image.open(photograph()))
print(tuple(im.shape), im.dtype)
assert im.shape == (3, 128, 192) and im.dtype == torch.uint8
show_image(im, figsize=(5, 3.4))

# %% [markdown]
# The order of the axes is what PyTorch wants. A file has the channels last, and `image2tensor` moves them: `permute(2, 0, 1)`.

# %%
pixels = np.asarray(Image.open(photograph()))
assert pixels.shape == (128, 192, 3)
assert torch.equal(im, torch.from_numpy(pixels.copy()).permute(2, 0, 1))

saucer, cup = im[:, 60, 30], im[:, 30, 58]
print("a pixel of the saucer:", saucer.tolist())
print("a pixel of the cup's rim:", cup.tolist())
assert saucer.tolist() == [173, 42, 15] and cup.tolist() == [247, 235, 221]

# %% alt="The photograph, and its red, green and blue channel each in its own colour"
colour_channels(im.numpy())

# %% [markdown]
# **How to read it.** The more of a colour a pixel has, the more colour is drawn. The cup's rim is strong in all three: white is everything at once. The saucer is strong in red and nearly empty in
# green and blue. No single channel says "red": bright red may be white as well. It takes the comparison of the three.
#
# ## One kernel, three slices
#
# A kernel for a colour picture has a slice for each channel, 3 x 3 x 3 weights. Each slice is multiplied with its own channel, as on page 1, and **the three sums are added to one
# number**, and the bias to that. However many channels come in, one kernel makes one map:
#
#     cell = sum(red * slice 0) + sum(green * slice 1) + sum(blue * slice 2) + bias
#
# Here is a kernel that we can write down ourselves. It asks for red that is *not* part of white or grey: red counts +1, green and blue count -1/2 each, averaged over 3 x 3 pixels.

# %%
slices = torch.stack([torch.full((3, 3), share / 9) for share in (1.0, -0.5, -0.5)])
redness = slices[None]
print(tuple(redness.shape))
assert redness.shape == (1, 3, 3, 3) and abs(redness.sum()) < 1e-6

# %% alt="Three rows, red, green and blue: the channel, nine pixels, nine weights, nine products; below them the sum"
layer = convolution(redness, bias=[10.0])
place = place_at(im.numpy(), layer, 59, 29)
print("sums of the channels:", [round(float(one), 1) for one in place.channel_sums])
print(f"their sum and the bias 10: {place.total:.1f}")
assert abs(sum(place.channel_sums) + 10 - place.total) < 1e-9
colour_convolution(im.numpy(), layer, 59, 29)

# %% [markdown]
# And everywhere. What is red or brown is dark; the white cup and the silver spoon are light, because their three channels are about equal, and give
# little more than 0.

# %% alt="A map that is dark on the saucer and light on cup and spoon"
red_map = F.conv2d(im.float()[None], redness)[0, 0]
print(
    "on the saucer:",
    round(float(red_map[59, 29])),
    " on the cup's rim:",
    round(float(red_map[29, 57])),
)
assert red_map[59, 29] > 100 and red_map[29, 57] < 40
show_image(red_map, figsize=(5, 3.4))

# %% [markdown]
# PyTorch does nothing else. The three products by hand, for one cell, against `F.conv2d`:

# %%
by_hand = sum((im[c, 59:62, 29:32] * slices[c]).sum() for c in range(3)) + 10
by_torch = F.conv2d(im.float()[None], redness, torch.tensor([10.0]))[0, 0, 59, 29]
print(f"{by_hand:.4f} {by_torch:.4f}")
assert abs(by_hand - by_torch) < 1e-3 and abs(by_hand - place.total) < 1e-3

# %% [markdown]
# ## Shapes and counts
#
# A layer from 3 to 8 channels with 5 x 5 kernels has weights of shape (8, 3, 5, 5): out, in, rows, columns. That is 600 weights. And it has **one bias for each channel out**, 8, not one for each slice.

# %%
first_layer = nn.Conv2d(3, 8, kernel_size=5)
print(tuple(first_layer.weight.shape), tuple(first_layer.bias.shape))
assert first_layer.weight.shape == (8, 3, 5, 5) and first_layer.bias.shape == (8,)
assert first_layer.weight.numel() == 600 and 600 + 8 == 608

# %% [markdown]
# Everything after the first layer is as before: a map is a map, and a layer from 8 to 16 channels has kernels of 8 slices. So a network for grey pictures becomes one for colour by changing a single 1 to a 3.
#
# ## Other ways to write a colour
#
# Red, green and blue are not the only three numbers. **HSV** says hue, saturation and value (brightness). Does it help a network? As a rule it makes no difference: it is the same information in other
# words. Going there and back again returns the photograph, up to rounding:

# %%
there = Image.open(photograph()).convert("HSV")
back = np.asarray(there.convert("RGB")).astype(int)
apart = abs(back - pixels)
print(f"mean difference {apart.mean():.2f}, largest {apart.max()} of 255")
assert apart.mean() < 1.5 and apart.max() < 12

# %% [markdown]
# **Grey** is different. It is one number made of three, about 0.30 red + 0.59 green + 0.11 blue, and no way leads back. A strong red, a darker green and a plain grey become the same:

# %%
colours = [(200, 0, 0), (0, 102, 0), (60, 60, 60)]
greys = [Image.new("RGB", (1, 1), one).convert("L").getpixel((0, 0)) for one in colours]
for colour, grey in zip(colours, greys):
    print(colour, "->", grey)
assert greys == [60, 60, 60]
assert [round(r * 0.30 + g * 0.59 + b * 0.11) for r, g, b in colours] == greys

# %% [markdown]
# Whatever separates these three is gone before the network sees it. For digits that does not matter; where colour tells the classes apart, accuracy falls. `convscope chapter --compare colour` measures it, with several seeds.
#
# ## Exercises
#
# **1.** A kernel with the same slice three times: what does it see?
#
# <details><summary>Answer</summary>
#
# Brightness only. It is the kernel for grey applied to red + green + blue.
#
# </details>

# %%
edge = tensor([[-1, -1, -1], [0, 0, 0], [1, 1, 1]]).float()
thrice = F.conv2d(im.float()[None], edge.expand(1, 3, 3, 3))
once = F.conv2d(im.float().sum(0)[None, None], edge[None, None])
assert torch.allclose(thrice, once, atol=1e-2)

# %% [markdown]
# **2.** How many multiplications does the layer above do on our photograph, without padding, with stride 1?
#
# <details><summary>Answer</summary>
#
# 600 weights at (128 - 4) x (192 - 4) = 23,312 places: 13,987,200.
#
# </details>

# %%
assert (128 - 4) * (192 - 4) == 23_312 and 600 * 23_312 == 13_987_200

# %% [markdown]
# **3.** Shuffle the three channels of all pictures in the same way, before training and ever after. Does the network care?
#
# <details><summary>Answer</summary>
#
# No. With the slices of the first layer shuffled alike, every number is the same, and random slices have no order to begin with.
#
# </details>

# %%
order = [2, 0, 1]
plain = F.conv2d(im.float()[None], first_layer.weight)
shuffled = F.conv2d(im[order].float()[None], first_layer.weight[:, order])
assert torch.allclose(plain, shuffled, atol=1e-2)
