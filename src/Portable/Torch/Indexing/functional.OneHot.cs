namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Class numbers as rows with a single 1: Int64 of shape […, classes].</summary>
            /// <param name="x">Class numbers, Int64.</param>
            /// <param name="num_classes">−1 for the largest number plus 1.</param>
            /// <exception cref="System.Runtime.InteropServices.ExternalException">The numbers are not Int64, negative, or not below the number of classes.</exception>
            public static Tensor one_hot(Tensor x, long num_classes = -1)
            {
                if (x.dtype != ScalarType.Int64) throw DTypes.Error($"one_hot needs Int64 class numbers; got {x.Type}.");
                if (x.ElementCount == 0 && num_classes < 1) throw DTypes.Error("one_hot: the number of classes must be given for a tensor without elements.");
                var classes = num_classes;
                if (classes < 0)
                {
                    using var largest = x.max();
                    classes = largest.item<long>() + 1;
                }

                var result = zeros([.. x.Sizes, classes], ScalarType.Int64);
                using var numbers = x.unsqueeze(-1);
                using var ones = numbers.ones_like();
                AlongDimension.Scatter(result, result.Rank - 1, numbers, ones);
                return result;
            }
        }
    }
}
