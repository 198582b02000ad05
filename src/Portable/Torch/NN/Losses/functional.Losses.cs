namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>What becomes of the losses of the elements.</summary>
        public enum Reduction : long
        {
            /// <summary>They stay.</summary>
            None = 0L,

            /// <summary>Their mean.</summary>
            Mean = 1L,

            /// <summary>Their sum.</summary>
            Sum = 2L,
        }

        public static partial class functional
        {
            /// <summary>(x − t)².</summary>
            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                LossOps.Elementwise("mse_loss", input, target, reduction, default(SquaredError<float>), default(SquaredError<double>), true);

            /// <summary>|x − t|.</summary>
            public static Tensor l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                LossOps.Elementwise("l1_loss", input, target, reduction, default(AbsoluteError<float>), default(AbsoluteError<double>), true);

            /// <summary>(x − t)²/(2·beta) within beta, |x − t| − beta/2 beyond.</summary>
            public static Tensor smooth_l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean, double beta = 1.0) =>
                LossOps.Elementwise(
                    "smooth_l1_loss", input, target, reduction, new SmoothAbsoluteError<float>((float)beta), new SmoothAbsoluteError<double>(beta), true);

            /// <summary>−t·log x − (1 − t)·log(1 − x) for probabilities x, logarithms not below −100.</summary>
            public static Tensor binary_cross_entropy(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean)
            {
                var losses = LossOps.Elementwise(
                    "binary_cross_entropy", input, target, weight is null ? reduction : Reduction.None, default(BinaryCrossEntropy<float>),
                    default(BinaryCrossEntropy<double>), false);
                return Weighted(losses, weight, reduction);
            }

            /// <summary>The binary cross-entropy of σ(x); pos_weights multiply the part of the positive targets.</summary>
            public static Tensor binary_cross_entropy_with_logits(
                Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean, Tensor? pos_weights = null)
            {
                if (pos_weights is null)
                {
                    var losses = LossOps.Elementwise(
                        "binary_cross_entropy_with_logits", input, target, weight is null ? reduction : Reduction.None,
                        default(BinaryCrossEntropyOfLogits<float>), default(BinaryCrossEntropyOfLogits<double>), false);
                    return Weighted(losses, weight, reduction);
                }
                // (1 − t)·x + (1 + (w − 1)·t)·log(1 + e^{−x})
                using var negated = input.neg();
                using var logarithm = softplus(negated, 1, double.PositiveInfinity);
                using var excess = pos_weights - 1;
                using var product = excess * target;
                using var factor = product + 1;
                using var second = factor * logarithm;
                using var scaled = target * input;
                using var first = input - scaled;
                return Weighted(first + second, weight ?? input.new_ones([]), reduction);
            }

            /// <summary>The negative log-probability of the target class, [N, C] or [N, C, ...] against [N] or [N, ...].</summary>
            public static Tensor nll_loss(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                Classified(input, target, weight, -100, reduction, 0);

            /// <summary>
            /// The negative logarithm of the softmax of the scores [N, C] or [N, C, ...] at the target class (integers), or its mean under target
            /// probabilities of the same shape.
            /// </summary>
            /// <param name="input">The scores.</param>
            /// <param name="target">Classes or probabilities.</param>
            /// <param name="weight">One factor per class.</param>
            /// <param name="ignore_index">A class that does not count.</param>
            /// <param name="reduction">Mean divides by the sum of the weights of the targets.</param>
            /// <param name="label_smoothing">The share of the target that is spread evenly over all classes.</param>
            public static Tensor cross_entropy(
                Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100, Reduction reduction = Reduction.Mean, double label_smoothing = 0.0)
            {
                if (label_smoothing is not (>= 0 and <= 1))
                {
                    throw new ArgumentException($"The label smoothing must be in [0, 1]; got {label_smoothing}.");
                }
                using var logarithms = input.log_softmax(input.Rank == 1 ? 0 : 1);
                if (!DTypes.IsFloat(target.Type))
                {
                    return Classified(logarithms, target, weight, ignore_index, reduction, label_smoothing);
                }
                var dimension = input.Rank == 1 ? 0 : 1;
                var classes = input.Sizes[dimension];
                using var kept = target * (1 - label_smoothing);
                using var smoothed = kept + (label_smoothing / classes);
                using var product = smoothed * logarithms;
                using var weighted = weight is null ? product.alias() : product * weight.view([classes, .. Enumerable.Repeat(1L, input.Rank - dimension - 1)]);
                using var sums = weighted.sum(dimension);
                using var losses = sums.neg();
                return reduction switch
                {
                    Reduction.Mean => losses.sum() / (double)(input.ElementCount / classes),
                    Reduction.Sum => losses.sum(),
                    _ => losses.alias(),
                };
            }

            private static Tensor Weighted(Tensor losses, Tensor? weight, Reduction reduction)
            {
                if (weight is null)
                {
                    return losses;
                }
                using (losses)
                {
                    return LossOps.Reduce(losses, weight, reduction);
                }
            }

            private static Tensor Classified(Tensor logarithms, Tensor target, Tensor? weight, long ignored, Reduction reduction, double smoothing)
            {
                if (logarithms.Rank == 1)
                {
                    using var row = logarithms.unsqueeze(0);
                    using var label = target.reshape(1);
                    using var loss = LossOps.NegativeLogLikelihood(row, label, weight, ignored, reduction, smoothing);
                    return loss.reshape([]);
                }
                if (logarithms.Rank == 2)
                {
                    return LossOps.NegativeLogLikelihood(logarithms, target, weight, ignored, reduction, smoothing);
                }
                using var last = logarithms.movedim([1], [-1]);
                using var rows = last.reshape(-1, logarithms.Sizes[1]);
                using var labels = target.reshape(-1);
                using var flat = LossOps.NegativeLogLikelihood(rows, labels, weight, ignored, reduction, smoothing);
                return reduction == Reduction.None ? flat.reshape(target.Sizes) : flat.alias();
            }
        }
    }
}
