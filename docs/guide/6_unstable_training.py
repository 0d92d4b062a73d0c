# %% [markdown]
# # 6. Unstable training
#
# All ten digits now, and a rate at which a network ought to learn quickly. It does not learn at all. This page finds out why, by looking inside.

# %%
from convscope.all import *
from convscope.pictures import digits_folder

path = digits_folder()


def get_dls(bs=64):
    return DataBlock(
        blocks=(ImageBlock(cls=PILImageBW), CategoryBlock),
        get_items=get_image_files,
        splitter=GrandparentSplitter(),
        get_y=parent_label,
        batch_tfms=Normalize(),
    ).dataloaders(path, bs=bs)


dls = get_dls()
print(len(dls.train), "training batches,", len(dls.valid), "validation batches of", dls.vocab)
assert (len(dls.train), len(dls.valid)) == (62, 16)

# %% [markdown]
# `Normalize()` measures mean and deviation of the training pictures, subtracts the one and divides by the other, for training and validation alike. Inputs around 0 with a
# deviation of 1 are what the usual first weights are made for.

# %%
xb, _ = first(dls.train)
mean, deviation = dls.prepare.scaling.mean[0], dls.prepare.scaling.deviation[0]
print(
    f"before: mean {mean:.3f}, deviation {deviation:.3f};  a batch now: {xb.mean():.2f}, {xb.std():.2f}"
)
assert abs(xb.mean()) < 0.1 and abs(xb.std() - 1) < 0.1

# %% [markdown]
# ## A larger first kernel
#
# There are more classes, so we want more channels. Eight in the first layer instead of four; but mind what that would mean. A 3 x 3 kernel sees 9 pixels. Eight numbers made of nine
# hardly have to leave anything out, and a layer that need not choose learns little: it could copy the picture. With a 5 x 5 kernel eight numbers are made of 25 pixels, and that
# takes a useful summary. So the first kernel is larger, and only the first: later layers have many channels coming in.

# %%
for ks, ni in ((3, 1), (5, 1), (3, 8)):
    print(f"{ks} x {ks} on {ni} channel(s): {ks * ks * ni:2} numbers in")
assert [ks * ks * ni for ks, ni in ((3, 1), (5, 1), (3, 8))] == [9, 25, 72]


# %%
def conv(ni, nf, ks=3, act=True):
    layer = nn.Conv2d(ni, nf, stride=2, kernel_size=ks, padding=ks // 2)
    return nn.Sequential(layer, nn.ReLU()) if act else layer


def simple_cnn():
    return sequential(
        conv(1, 8, ks=5),
        conv(8, 16),
        conv(16, 32),
        conv(32, 64),
        conv(64, 10, act=False),
        Flatten(),
    )


assert sum(one.numel() for one in simple_cnn().parameters()) == 30_282


# %% [markdown]
# ## A rate of 0.06
#
# We train with a constant rate of 0.06 and let `ActivationStats` watch. It is a **callback**: it is asked at every step, and keeps mean, deviation and a histogram of what each layer gives.


# %%
def fit(seed=0, epochs=1):
    torch.manual_seed(seed)
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
score = learn.validate()[1]
assert score < 0.2

# %% [markdown]
# About 0.1: as good as a guess. Look at the answers:

# %%
shares, labels = learn.get_preds()
answers = shares.argmax(dim=1).bincount(minlength=10)
print("how often each digit was answered:", answers.tolist())
assert answers.max() > 900

# %% [markdown]
# (Nearly) always the same digit, whatever the picture. On full MNIST the accuracy is then 0.1135 if that digit is the one: so many of the test
# pictures are ones. Whenever you meet the share of a class as an accuracy, suspect this.
#
# Was it bad luck? Other first weights:

# %%
scores = [fit(seed).validate()[1] for seed in (1, 2)]
print(scores)
assert min(scores) < 0.2

# %% [markdown]
# ## Looking inside
#
# After training the callback is still there, under its own name in small letters: `learn.activation_stats`. Layers are counted among those with parameters; -2 is the
# last but one.

# %% alt="Three panels against the step: mean, deviation, and shares near zero and at or below zero"
learn.activation_stats.plot_layer_stats(-2)

# %%
history = learn.activation_stats.layer_stats(-2)
print("deviation, step by step:", history.stds[:10].round(2))
print(f"largest {history.stds.max():.2f}, at the end {history.stds[-1]:.2f}")
print(f"near zero at the end: {history.near_zero_shares[-1]:.2f}")
print(f"zero or below at the end: {history.blocked_shares[-1]:.2f}")
assert history.stds.max() > 1 and history.stds[-1] < 0.3
assert np.median(history.stds[-40:]) < 0.3
assert history.stds[:12].argmax() == history.stds.argmax()
assert history.blocked_shares[-1] > 0.99 and history.near_zero_shares[-1] < 0.1

# %% [markdown]
# **How to read it.** One spike in the first steps, where the deviation leaps above 1, and then next to nothing but a twitch now and then: mostly it lies below 0.3. The first step at a high rate threw the weights so far that the outputs of this layer ended below
# zero, all of them: the share of outputs at or below 0 is above 0.99. Behind the layer stands a ReLU, and it makes 0 of each. Zeros go into the last layer, so its answer is its bias, the same for every picture.
# And a ReLU that passes nothing forwards passes no gradient back: these layers will never learn again. The network is **dead**.
#
# This is why activations at zero are a problem: multiplied with whatever weight, they give zero; computing them is wasted, and the next layer gets more zeros to work with, and gives more of them.
#
# > **Where the book is wrong.** In one place it speaks of "non-zero weights" where activations near zero are meant. And its library counts as near zero everything with x <= 0.05, however far below. We show two curves: hardly any of these
# > outputs is *near* zero (below 0.1 of them), but all of them are *at or below* it.
#
# ## Larger batches
#
# A gradient is a mean over the pictures of a batch, and so it is an estimate. Take eight times as many pictures, and its error should shrink by the root of 8, which is 2.83. We measure it: the gradient of the first layer at the same weights,
# from 40 batches of 64 and from 7 batches of 512.


# %%
def gradients(loader):
    torch.manual_seed(0)
    net, found = simple_cnn(), []
    for number, (images, targets) in enumerate(loader):
        if number == 40:
            break
        net.zero_grad()
        F.cross_entropy(net(images), targets).backward()
        found.append(net[0][0].weight.grad.flatten().clone())
    return torch.stack(found)


assert (torch.tensor([-3.0, 0.01]) <= 0.05).all()  # the library's rule counts -3 as near zero

large = get_dls(512)
noises = [float(gradients(loader).std(dim=0).mean()) for loader in (dls.train, large.train)]
print(f"spread from batch to batch: {noises[0]:.5f} at 64, {noises[1]:.5f} at 512")
print(f"ratio {noises[0] / noises[1]:.2f}; expected about {8**0.5:.2f}")
assert 2 < noises[0] / noises[1] < 4.2 and round(8**0.5, 2) == 2.83

# %% [markdown]
# So larger batches give steadier steps: that is the argument for them. The argument against: fewer steps. One epoch has 62 of them at 64 and 7 at 512, and each is a chance to improve.

# %%
print(len(dls.train), "steps or", len(large.train))
assert (len(dls.train), len(large.train)) == (62, 7)

# %% [markdown]
# Does it save our network? Sometimes. At 512 and a constant rate, this network still died in 15 of 27 seeds on MNIST. `convscope chapter --seeds 5` trains it for you (steps A and B of its table). The remedy is elsewhere: not in how exact the
# first steps are, but in how **large** they are. That is [page 7](7_one_cycle.md).
#
# ## Exercises
#
# **1.** The loss of the dead network is about 2.30. Why just that?
#
# <details><summary>Answer</summary>
#
# It gives every class about the same probability, 1/10, and minus the logarithm of that is 2.3026.
#
# </details>

# %%
print(round(float(-np.log(1 / 10)), 4), round(learn.validate()[0], 2))
assert round(float(-np.log(1 / 10)), 4) == 2.3026 and abs(learn.validate()[0] - 2.30) < 0.1

# %% [markdown]
# **2.** Is the first layer dead, too?
#
# <details><summary>Answer</summary>
#
# Look: `learn.activation_stats.plot_layer_stats(0)`. It gives something, but nothing comes back to it, so it stays as it is.
#
# </details>

# %%
loss = F.cross_entropy(learn.model(xb), torch.zeros(64, dtype=torch.long))
loss.backward()
first_gradient = float(learn.model[0][0].weight.grad.abs().max())
print("largest gradient in the first layer:", first_gradient)
assert first_gradient < 1e-3
