# %% [markdown]
# # 9. BatchNorm
#
# On [page 8](8_looking_inside.md) one training was smooth and the other was not, and the only difference was a layer called BatchNorm. Sergey Ioffe and Christian Szegedy published it in 2015. The idea: while a network learns, every layer changes what the next one gets, so that
# the next one has to learn on moving ground. Hold the ground still: subtract the mean, divide by the deviation.

# %%
from convscope.all import *
from convscope.figures import picture_in_batches as draw_batches
from convscope.instruments import picture_in_batches
from convscope.pictures import digits_folder

# %% [markdown]
# ## By hand
#
# One channel, a batch whose four values are 1, 2, 3 and 6. The mean is 3. The squares of the distances from it are 4, 1, 0 and 9, on average 3.5; this is the variance, and its root, 1.871, the deviation. (A tiny `eps` is added to the variance, so that nobody divides by zero.)

# %%
batch = torch.tensor([1.0, 2.0, 3.0, 6.0])
mean = batch.mean()
variance = ((batch - mean) ** 2).mean()
normal = (batch - mean) / (variance + 1e-5).sqrt()
print(f"mean {mean:.0f}, variance {variance:.1f}, deviation {variance.sqrt():.3f}")
print("normalised:", normal.round(decimals=3).tolist())
assert (mean, variance) == (3, 3.5) and round(float(variance.sqrt()), 3) == 1.871
assert abs(normal.mean()) < 1e-6 and abs(normal.pow(2).mean() - 1) < 1e-4

# %% [markdown]
# Now the values have mean 0 and deviation 1, whatever the layer before does. But perhaps the network *wants* another mean and another deviation. So it may have them: two trainable numbers for each channel, **gamma**, a factor, and **beta**, a summand:
#
#     output = gamma * normalised + beta
#
# They begin at 1 and 0. What is gained, then, if gamma and beta can undo everything? The mean of a layer's outputs is now *one* number that is learnt, and no longer the result of all weights before it.

# %%
bn = nn.BatchNorm2d(1)
given = batch.view(4, 1, 1, 1)
assert torch.allclose(bn(given).flatten(), normal, atol=1e-5)
assert bn.weight.item() == 1 and bn.bias.item() == 0
with torch.no_grad():
    bn.weight.fill_(2.0)
    bn.bias.fill_(0.5)
print(bn(given).flatten().tolist())
assert torch.allclose(bn(given).flatten(), 2 * normal + 0.5, atol=1e-5)

# %% [markdown]
# ## Two sets of statistics
#
# In training the mean is that **of the batch**. In validation that would be odd: what the network says about a picture would depend on which others happen to be beside it. So the layer keeps a **running average** of the batches' means and variances, nine tenths old and one tenth new, and normalises
# with these once it is told that training is over (`model.eval()`). They begin at 0 and 1.

# %%
fresh = nn.BatchNorm2d(1)
fresh(given)
running = fresh.running_mean.item(), fresh.running_var.item()
print(f"after one batch: running mean {running[0]:.1f}, running variance {running[1]:.4f}")
assert abs(running[0] - (0.9 * 0 + 0.1 * 3)) < 1e-6
assert abs(running[1] - (0.9 * 1 + 0.1 * 3.5 * 4 / 3)) < 1e-5
assert round(running[0], 1) == 0.3 and round(running[1], 4) == 1.3667

# %% [markdown]
# 0.3 is a tenth of 3. (For the variance PyTorch averages the unbiased one, divided by 3 instead of 4: 14 / 3 = 4.667, and 0.9 + 0.4667 = 1.3667.)

# %%
fresh.eval()
by_hand = (batch - running[0]) / (running[1] + 1e-5) ** 0.5
print(fresh(given).flatten().tolist())
assert torch.allclose(fresh(given).flatten(), by_hand, atol=1e-5)
assert round(14 / 3, 3) == 4.667 and round(0.9 + 0.4667, 4) == 1.3667

# %% [markdown]
# ## In the network
#
# A layer becomes convolution, BatchNorm, ReLU; only the function `conv` changes. (Later editions of the book have convolution, ReLU, BatchNorm; `order="after"`. `convscope chapter --compare order` has both.)


# %%
def conv(ni, nf, ks=3, act=True, norm=True, order="before"):
    layers = [nn.Conv2d(ni, nf, stride=2, kernel_size=ks, padding=ks // 2)]
    extras = [nn.BatchNorm2d(nf)] * norm + [nn.ReLU()] * act
    return nn.Sequential(*layers, *(extras if order == "before" else extras[::-1]))


def simple_cnn(**kinds):
    return sequential(
        conv(1, 8, ks=5, **kinds),
        conv(8, 16, **kinds),
        conv(16, 32, **kinds),
        conv(32, 64, **kinds),
        conv(64, 10, act=False, **kinds),
        Flatten(),
    )


sizes = [sum(one.numel() for one in simple_cnn(norm=norm).parameters()) for norm in (False, True)]
print(sizes, "parameters")
assert sizes == [30_282, 30_542] and 2 * (8 + 16 + 32 + 64 + 10) == 260

# %% [markdown]
# 260 parameters more: a gamma and a beta for each of 130 channels. What they do, in 28 steps of 512 pictures:

# %%
dls = DataBlock(
    blocks=(ImageBlock(cls=PILImageBW), CategoryBlock),
    get_items=get_image_files,
    splitter=GrandparentSplitter(),
    get_y=parent_label,
    batch_tfms=Normalize(),
).dataloaders(digits_folder(), bs=512)


def fit(lr=0.06, epochs=4, cbs=None, **kinds):
    torch.manual_seed(0)
    learn = Learner(
        dls, simple_cnn(**kinds), loss_func=F.cross_entropy, metrics=accuracy, cbs=cbs, quiet=True
    )
    learn.fit_one_cycle(epochs, lr)
    return learn


assert sum((8, 16, 32, 64, 10)) == 130 and 4 * len(dls.train) == 28
learn = fit(cbs=ActivationStats(norms=True))
plain = fit(norm=False)
scores = {"with BatchNorm": learn.validate()[1], "without": plain.validate()[1]}
print({name: round(score, 3) for name, score in scores.items()})
assert scores["with BatchNorm"] > 0.9 and scores["with BatchNorm"] > scores["without"]

# %% alt="Loss of each step with and without BatchNorm"
_, ax = plt.subplots(figsize=(7, 3.5), layout="constrained")
ax.plot(learn.recorder.raw_losses, label="with BatchNorm")
ax.plot(plain.recorder.raw_losses, label="without")
ax.set(xlabel="step", ylabel="loss of the batch", ylim=(0, 3))
ax.legend(frameon=False)
assert abs(np.mean(plain.recorder.raw_losses[:3]) - 2.3) < 0.1
assert max(learn.recorder.raw_losses[5:]) < 1.5

# %% [markdown]
# **How to read it.** Without BatchNorm the loss stays near 2.3, the loss of a guess, for many steps: the network first has to get its layers going. With it the loss falls from the start. On full MNIST one epoch gives 0.986 instead of 0.974 (steps D and C of `convscope chapter`).
#
# ## Higher rates
#
# Because neither growth nor collapse can run from layer to layer, steps may be larger. Ten times as large a rate, 0.6:

# %%
fast = {"with BatchNorm": fit(0.6).validate()[1], "without": fit(0.6, norm=False).validate()[1]}
print({name: round(score, 3) for name, score in fast.items()})
assert fast["with BatchNorm"] > 0.7 and fast["without"] < 0.3

# %% [markdown]
# Without BatchNorm this is a dead network again. The paper's own figure compares rates of 1, 5 and 30 times: `convscope chapter --compare speed`.
#
# ## What it learnt
#
# The record has, for each BatchNorm layer, the batch's statistics beside the running ones, and gamma and beta.

# %% alt="Five panels: mean and deviation of batch and running average, gamma, beta, and the gap between both modes"
learn.activation_stats.plot_norm(0)

# %%
norm = learn.activation_stats.record.norm(0)
print(norm.name, "batch means, first channel:", norm.batch_means[:3, 0].round(3))
print("gammas at the end:", norm.gammas[-1].round(2))
print("betas at the end: ", norm.betas[-1].round(2))
assert norm.gammas.shape == (28, 8) and abs(norm.gammas[-1] - 1).max() < 0.6

# %% [markdown]
# **How to read it.** Thin lines are single batches, thick lines the running average that follows them. At the foot: how far the outputs in training and in validation lie apart; it is large at first, since the running average begins far off, and small in the end. If it were large in the end, validation would see another network than
# training did.
#
# ## Why it generalises better
#
# In training, a picture is normalised with the statistics of its batch, so that what becomes of it depends on its company, which is new in every epoch. For the network this is a little noise in all its layers, and noise is known to help: what holds only for one exact value is not worth learning. Watch one picture in six batches:

# %% alt="One map in validation and in six batches, all a little different, and bars of the differences"
digit, _ = first(dls.valid)
companies = [images[:63] for images, _ in list(dls.train)[:6]]
record = picture_in_batches(learn.model, digit[:1], companies, layer="0.1", channel=0)
apart = np.sqrt(((record.maps - record.alone) ** 2).mean(axis=(1, 2)))
print("distance from validation, batch by batch:", apart.round(3))
assert apart.min() > 0 and len(set(apart.round(9))) == 6
draw_batches(record)

# %% [markdown]
# ## Exercises
#
# **1.** Multiply all weights and the bias of a convolution by 10. What does BatchNorm behind it give then?
#
# <details><summary>Answer</summary>
#
# The same, in training: mean and deviation grow by the same factor. The scale of the weights does not matter any more.
#
# </details>

# %%
block = conv(1, 8, ks=5).train()
before = block(digit)
with torch.no_grad():
    for one in block[0].parameters():
        one.mul_(10)
assert torch.allclose(block(digit), before, atol=1e-2)

# %% [markdown]
# **2.** Is the bias of a convolution in front of BatchNorm of any use?
#
# <details><summary>Answer</summary>
#
# None: the mean is subtracted, and the bias with it. Beta takes its place.
#
# </details>

# %%
with torch.no_grad():
    block[0].bias.add_(5.0)
assert torch.allclose(block(digit), before, atol=1e-2)

# %% [markdown]
# **3.** What does BatchNorm make of a batch of a single picture in the last layer, where the map is 1 x 1?
#
# <details><summary>Answer</summary>
#
# One value has no deviation. PyTorch refuses to train with it; in validation it works, with the running averages.
#
# </details>

# %%
try:
    nn.BatchNorm2d(10)(torch.rand(1, 10, 1, 1))
except ValueError as error:
    print(error)
else:
    raise AssertionError
assert nn.BatchNorm2d(10).eval()(torch.rand(1, 10, 1, 1)).shape == (1, 10, 1, 1)
