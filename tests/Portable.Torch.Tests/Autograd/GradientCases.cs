using TorchSharp;
using static TorchSharp.torch;

namespace QDiff.Portable.Torch.Tests.Autograd;

/// <summary>One row per differentiable operation: the inputs it is tried on and what it computes. A new operation is tested by a new row.</summary>
public static class GradientCases
{
    /// <param name="Inputs">Shapes of the inputs; values are drawn from [Low, High).</param>
    public sealed record Case(long[][] Inputs, Func<Tensor[], Tensor> Function, double Low = -2, double High = 2);

    private static readonly long[] Matrix = [3, 4];

    public static IReadOnlyDictionary<string, Case> All { get; } = new Dictionary<string, Case>
    {
        ["add"] = Two(Matrix, Matrix, (a, b) => a + b),
        ["add, row"] = Two(Matrix, [4], (a, b) => a + b),
        ["add, column"] = Two(Matrix, [3, 1], (a, b) => b + a),
        ["add, alpha"] = Two(Matrix, Matrix, (a, b) => a.add(b, 0.3)),
        ["add, scalar"] = One(a => 2.5 + a + 1),
        ["sub"] = Two(Matrix, [1, 4], (a, b) => a - b),
        ["sub, scalar"] = One(a => 1.5 - (a - 2)),
        ["mul"] = Two([2, 3, 4], [3, 1], (a, b) => a * b),
        ["mul, itself"] = One(a => a * a),
        ["mul, scalar"] = One(a => a * 3 * 0.5f),
        ["mul, view of one element"] = Two(Matrix, [], (a, b) => a * b),
        ["div"] = Two(Matrix, [4], (a, b) => a / b, 0.5, 2),
        ["div, scalar"] = One(a => a / 3 + 2.0 / a, 0.5, 2),
        ["neg"] = One(a => -a),
        ["abs"] = One(a => a.abs(), 0.5, 2),
        ["exp"] = One(a => a.exp()),
        ["expm1"] = One(a => a.expm1()),
        ["log"] = One(a => a.log(), 0.5, 2),
        ["log2"] = One(a => a.log2(), 0.5, 2),
        ["log10"] = One(a => a.log10(), 0.5, 2),
        ["log1p"] = One(a => a.log1p(), 0.1, 2),
        ["sqrt"] = One(a => a.sqrt(), 0.5, 2),
        ["rsqrt"] = One(a => a.rsqrt(), 0.5, 2),
        ["reciprocal"] = One(a => a.reciprocal(), 0.5, 2),
        ["square"] = One(a => a.square()),
        ["pow, 2"] = One(a => a.pow(2)),
        ["pow, 3"] = One(a => a.pow(3)),
        ["pow, 0.5"] = One(a => a.pow(0.5), 0.5, 2),
        ["pow, -1"] = One(a => a.pow(-1), 0.5, 2),
        ["pow, 2.7"] = One(a => a.pow(2.7), 0.5, 2),
        ["pow, tensor"] = Two(Matrix, [4], (a, b) => a.pow(b), 0.5, 2),
        ["sin"] = One(a => a.sin()),
        ["cos"] = One(a => a.cos()),
        ["tan"] = One(a => a.tan(), -1, 1),
        ["asin"] = One(a => a.asin(), -0.9, 0.9),
        ["acos"] = One(a => a.acos(), -0.9, 0.9),
        ["atan"] = One(a => a.atan()),
        ["atan2"] = Two(Matrix, Matrix, (a, b) => a.atan2(b), 0.5, 2),
        ["sinh"] = One(a => a.sinh()),
        ["cosh"] = One(a => a.cosh()),
        ["tanh"] = One(a => a.tanh()),
        ["sigmoid"] = One(a => a.sigmoid()),
        ["relu"] = One(a => a.relu()),
        ["clamp"] = One(a => a.clamp(-1, 1)),
        ["clamp, min"] = One(a => a.clamp_min(0.1)),
        ["clamp, max"] = One(a => a.clamp_max(0.1)),
        ["clamp, tensors"] = Three(Matrix, [4], [3, 1], (a, b, c) => a.clamp(b, c)),
        ["maximum"] = Two(Matrix, Matrix, (a, b) => a.maximum(b)),
        ["minimum"] = Two(Matrix, [4], (a, b) => a.minimum(b)),
        ["where"] = Two(Matrix, [4], (a, b) => where(a > 0, a, b)),
        ["masked_fill"] = One(a => a.masked_fill(a > 1, 3) * a),
        ["remainder"] = One(a => a.remainder(0.7)),
        ["addcmul"] = Three(Matrix, Matrix, [4], (a, b, c) => a.addcmul(b, c, 0.3)),
        ["addcdiv"] = Three(Matrix, Matrix, [4], (a, b, c) => a.addcdiv(b, c, 0.3), 0.5, 2),
        ["lerp"] = Three(Matrix, Matrix, Matrix, (a, b, c) => a.lerp(b, c)),
        ["to_type"] = One(a => a.to(ScalarType.Float64, copy: true) * 2),
        ["clone"] = One(a => a.clone()),
        ["alias"] = One(a => a.alias() * a.cpu()),

        ["sum"] = One(a => a.sum() * a),
        ["sum, dim"] = One(a => a.sum(0L) * a.sum(-1, keepdim: true)),
        ["sum, middle"] = One([2, 3, 4], a => a.sum(1).square()),
        ["sum, outer and inner"] = One([2, 3, 4], a => a.sum([0, 2]).square()),
        ["mean"] = One(a => a.mean() * a),
        ["mean, dims"] = One([2, 3, 4], a => a.mean([0, 1]).square()),
        ["var"] = One(a => a.var()),
        ["var, dim"] = One(a => a.var(1, unbiased: false, keepdim: true) * a),
        ["std"] = One(a => a.std(0)),
        ["norm"] = One(a => a.norm()),
        ["norm, dim"] = One(a => a.norm(1, keepdim: true) * a),
        ["norm, 1"] = One(a => a.norm(1, p: 1f)),
        ["norm, 3"] = One(a => a.norm(3f), 0.5, 2),
        ["prod"] = One(a => a.prod()),
        ["prod, dim"] = One(a => a.prod(1)),
        ["cumsum"] = One(a => a.cumsum(1) * a),
        ["cumsum, 0"] = One(a => a.cumsum(0).square()),
        ["logsumexp"] = One(a => a.logsumexp(1) * 2),
        ["logsumexp, kept"] = One(a => a - a.logsumexp(0, keepdim: true)),
        ["amax"] = One(a => a.amax(1)),
        ["amin, all"] = One(a => a.amin([0, 1])),
        ["max"] = One(a => a.max() * a),
        ["max, dim"] = One(a => a.max(1).values * a.sum()),
        ["min, dim"] = One(a => a.min(0, keepdim: true).values * a),
        ["sort"] = One(a => a.sort(1, descending: true).Values * arange(4, dtype: float64)),
        ["topk"] = One(a => a.topk(2, 0).values.square()),

        ["view"] = One(a => a.view(2, 6).square()),
        ["reshape, of a transposed tensor"] = One(a => a.t().reshape(2, -1) * 3),
        ["flatten"] = One([2, 3, 4], a => a.flatten(1).square()),
        ["transpose"] = One(a => a.t() * a.sum()),
        ["permute"] = One([2, 3, 4], a => a.permute(2, 0, 1).square()),
        ["movedim"] = One([2, 3, 4], a => movedim(a, 0, 2).square()),
        ["squeeze"] = One([3, 1, 4], a => a.squeeze(1).square()),
        ["unsqueeze"] = One(a => a.unsqueeze(1) * a),
        ["expand"] = One([3, 1], a => a.expand(2, 3, 4).square()),
        ["repeat"] = One(a => a.repeat(2, 1, 3).square()),
        ["repeat_interleave"] = One(a => a.repeat_interleave(3, 1).square()),
        ["narrow"] = One(a => a.narrow(1, 1, 2).square()),
        ["slice"] = One(a => a.slice(1, 0, 4, 2).square()),
        ["select"] = One(a => a.select(1, -1) * a[0, 2]),
        ["diagonal"] = One(a => a.diagonal(1).square()),
        ["diag"] = One([3], a => a.diag(1).square()),
        ["trace"] = One([3, 3], a => a.trace() * a),
        ["tril"] = One(a => a.tril().square()),
        ["triu"] = One(a => a.triu(1).square()),
        ["flip"] = One(a => a.flip(0, 1) * a),
        ["roll"] = One(a => a.roll(1, 1) * a),
        ["roll, flat"] = One(a => a.roll(2) * a),
        ["split"] = One(a => a.split(3, 1)[0].sum() * a.split(3, 1)[1]),
        ["chunk"] = One(a => a.chunk(2, 1)[1].square()),
        ["unbind"] = One(a => a.unbind(0)[1].square()),
        ["cat"] = Two(Matrix, [3, 2], (a, b) => cat([a, b, a], 1).square()),
        ["stack"] = Two(Matrix, Matrix, (a, b) => stack([a, b], 1).square()),
        ["outer"] = Two([3], [4], (a, b) => a.outer(b)),

        ["index, mixed"] = One([2, 3, 4], a => a[TensorIndex.Ellipsis, TensorIndex.Slice(1, null, 2)].square()),
        ["index, new dimension"] = One(a => a[TensorIndex.Colon, TensorIndex.Null] * a),
        ["index, positions"] = One(a => a[TensorIndex.Colon, TensorIndex.Tensor(tensor([0L, 2, 2]))].square()),
        ["index, two position tensors"] = One(a => a[tensor([0L, 2, 2]), tensor([1L, 3, 3])].square()),
        ["index, apart"] = One([3, 2, 4], a => a[TensorIndex.Tensor(tensor([0L, 2])), TensorIndex.Colon, TensorIndex.Tensor(tensor([1L, 1]))].square()),
        ["index, mask"] = One(a => a[a > 0].square()),
        ["index_select"] = One(a => a.index_select(1, tensor([3L, 0, 3])).square()),
        ["masked_select"] = One(a => a.masked_select(a > 0).square()),
        ["gather"] = One(a => a.gather(1, tensor(new[,] { { 0L, 3 }, { 1, 1 }, { 2, 0 } })).square()),
        ["scatter"] = Two(Matrix, [3, 2], (a, b) => a.scatter(1, tensor(new[,] { { 0L, 3 }, { 1, 2 }, { 2, 0 } }), b).square()),
        ["scatter_add"] = Two(Matrix, [3, 2], (a, b) => a.scatter_add(1, tensor(new[,] { { 0L, 0 }, { 1, 2 }, { 2, 0 } }), b).square()),
        ["index_add"] = Two(Matrix, [2, 4], (a, b) => a.index_add(0, tensor([2L, 0]), b, 0.5).square()),
        ["assignment, slice"] = Two(Matrix, [3], (a, b) => Changed(a, c => c[TensorIndex.Colon, 1] = b)),
        ["assignment, positions"] = Two(Matrix, [2, 4], (a, b) => Changed(a, c => c[TensorIndex.Tensor(tensor([2L, 0]))] = b)),
        ["assignment, broadcast"] = Two(Matrix, [], (a, b) => Changed(a, c => c[c.detach() > 0] = b)),

        ["add_"] = Two(Matrix, [4], (a, b) => Changed(a, c => c.add_(b))),
        ["sub_"] = Two(Matrix, [4], (a, b) => Changed(a, c => c.sub_(b).sub_(1))),
        ["mul_"] = Two(Matrix, [4], (a, b) => Changed(a, c => c.mul_(b).mul_(2))),
        ["div_"] = Two(Matrix, [4], (a, b) => Changed(a, c => c.div_(b).div_(2)), 0.5, 2),
        ["exp_"] = One(a => Changed(a, c => c.exp_())),
        ["sin_"] = One(a => Changed(a, c => c.sin_())),
        ["clamp_"] = One(a => Changed(a, c => c.clamp_(-1, 1))),
        ["neg_"] = One(a => Changed(a, c => c.neg_())),
        ["zero_"] = One(a => Changed(a, c => c.zero_()) + a),
        ["copy_"] = Two(Matrix, [4], (a, b) => Changed(a, c => c.copy_(b))),
        ["masked_fill_"] = One(a => Changed(a, c => c.masked_fill_(c.detach() > 0, 2))),
        ["addcmul_"] = Three(Matrix, Matrix, [4], (a, b, c) => Changed(a, d => d.addcmul_(b, c, 0.3))),
        ["lerp_"] = Three(Matrix, Matrix, Matrix, (a, b, c) => Changed(a, d => d.lerp_(b, c))),

        ["eigh, values"] = One([2, 3, 3], a => linalg.eigh(a + a.mT).Item1 * arange(3, dtype: float64)),
        ["eigh, projectors"] = One([3, 3], a =>
        {
            var (l, v) = linalg.eigh(a + a.mT);
            return v.mul(l.exp()).matmul(v.mT);
        }),
        ["eigvalsh"] = One([3, 3], a => linalg.eigvalsh(a + a.mT).square()),
        ["inv"] = One([2, 3, 3], a => linalg.inv(a + 5 * eye(3, dtype: float64))),
        ["solve"] = Two([3, 3], [3, 2], (a, b) => linalg.solve(a + 5 * eye(3, dtype: float64), b)),
        ["solve, vector"] = Two([3, 3], [3], (a, b) => linalg.solve(a + 5 * eye(3, dtype: float64), b)),
        ["linalg.norm"] = One(a => linalg.norm(a, [1]).square()),
        ["vector_norm, 3"] = One(a => linalg.vector_norm(a, 3), 0.5, 2),
        ["cdist"] = Two([3, 2], [4, 2], (a, b) => cdist(a, b)),
        ["cdist, by products"] = Two([2, 3, 2], [2, 4, 2], (a, b) => cdist(a, b, 2, compute_mode.use_mm_for_euclid_dist)),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    private static Case One(Func<Tensor, Tensor> f, double low = -2, double high = 2) => One(Matrix, f, low, high);

    private static Case One(long[] shape, Func<Tensor, Tensor> f, double low = -2, double high = 2) => new([shape], x => f(x[0]), low, high);

    private static Case Two(long[] first, long[] second, Func<Tensor, Tensor, Tensor> f, double low = -2, double high = 2) =>
        new([first, second], x => f(x[0], x[1]), low, high);

    private static Case Three(long[] first, long[] second, long[] third, Func<Tensor, Tensor, Tensor, Tensor> f, double low = -2, double high = 2) =>
        new([first, second, third], x => f(x[0], x[1], x[2]), low, high);

    // In-place operations on a non-leaf whose old value is used before.
    private static Tensor Changed(Tensor x, Action<Tensor> change)
    {
        var y = x * 1.5;
        change(y);
        return y * x;
    }
}
