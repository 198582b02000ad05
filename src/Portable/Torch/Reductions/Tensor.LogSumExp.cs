namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>log Σeˣ over a dimension, without overflow.</summary>
        public Tensor logsumexp(long dim, bool keepdim = false)
        {
            var d = Shapes.Dimension(dim, Sizes.Length);
            var type = DTypes.Real(Type);
            Tensor result;
            using (no_grad())
            {
                using var largest = ExtremeOver([d], true, true, "logsumexp");
                using var finite = largest.masked_fill(largest.abs().eq(double.PositiveInfinity), 0);
                using var shifted = ElementwiseDispatch.Binary(BinaryKind.Subtract, this, finite, type);
                ElementwiseDispatch.Run(UnaryKind.Exp, shifted, shifted);
                result = shifted.SumOver([d], true, type);
                ElementwiseDispatch.Run(UnaryKind.Log, result, result);
                ElementwiseDispatch.Into(BinaryKind.Add, result, finite, result);
            }

            var kept = result.Sizes;
            if (!keepdim && Rank > 0) result.Reshape([.. kept[..d], .. kept[(d + 1)..]], [.. result.strides[..d], .. result.strides[(d + 1)..]]);
            return Autograd.Record(result, "LogSumExp", [this], [this, result], (node, g) =>
                [node.Saved(0).sub(node.Saved(1).view(kept)).exp_().mul_(g.view(kept))]);
        }
    }

    public static Tensor logsumexp(Tensor input, long dim, bool keepdim = false) => input.logsumexp(dim, keepdim);
}
