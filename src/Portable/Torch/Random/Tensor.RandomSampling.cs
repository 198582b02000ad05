namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor rand_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            rand(Sizes, dtype ?? Type, device, requires_grad);

        public Tensor randn_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            randn(Sizes, dtype ?? Type, device, requires_grad);

        public Tensor randint_like(long low, long high, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            randint(low, high, Sizes, dtype ?? Type, device, requires_grad);

        /// <summary>Overwrites with normal numbers.</summary>
        public Tensor normal_(double mean = 0.0, double std = 1.0, Generator? generator = null) =>
            Drawn("normal_", target => RandomKernels.Normal(target, mean, std, generator));

        /// <summary>Overwrites with uniform numbers in [from, to).</summary>
        public Tensor uniform_(double from, double to, Generator? generator = null) =>
            Drawn("uniform_", target => RandomKernels.Uniform(target, from, to, generator));

        /// <summary>Overwrites with exponentially distributed numbers of the given rate.</summary>
        public Tensor exponential_(double lambda = 1.0, Generator? generator = null) => Drawn("exponential_", target =>
        {
            RandomKernels.Uniform(target, 0, 1, generator);

            // −ln(1 − u)/λ, and 1 − u lies in (0, 1].
            ElementwiseDispatch.Run(UnaryKind.Negate, target, target);
            ElementwiseDispatch.Run(UnaryKind.Log1p, target, target);
            ElementwiseDispatch.Into(BinaryKind.Multiply, target, -1 / lambda, target);
        });

        /// <summary>Overwrites with integers from to … to − 1.</summary>
        public Tensor random_(double from, double to, Generator? generator = null) =>
            Drawn("random_", target => RandomKernels.Integers(target, (long)from, (long)to, generator));

        /// <summary>Overwrites with 1 of probability p, else 0.</summary>
        public Tensor bernoulli_(double p = 0.5, Generator? generator = null) => Drawn("bernoulli_", target =>
        {
            using var uniform = Allocate(target.Sizes, ScalarType.Float64, register: false);
            RandomKernels.Uniform(uniform, 0, 1, generator);
            using var hits = Comparison.Run(CompareKind.Less, uniform, p);
            Conversion.Copy(hits, target);
        });

        /// <summary>1 with the probability that the element gives, else 0; of this tensor's type.</summary>
        public Tensor bernoulli(Generator? generator = null)
        {
            using var uniform = Allocate(Sizes, ScalarType.Float64, register: false);
            RandomKernels.Uniform(uniform, 0, 1, generator);
            using var hits = Comparison.Run(CompareKind.Less, uniform, this);
            return hits.to_type(Type);
        }

        /// <summary>Indices drawn with the weights of each row (or of the vector), as Int64.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">Weights are negative or all zero, or too few for draws without replacement.</exception>
        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null)
        {
            if (Sizes.Length is < 1 or > 2) throw DTypes.Error($"multinomial needs a vector or matrix of weights; got shape {Shapes.Text(Sizes)}.");
            var (rows, columns) = (Rank == 2 ? sizes[0] : 1, (int)sizes[^1]);
            using var weights = ConvertedTo(ScalarType.Float64);
            var result = Allocate(Rank == 2 ? [rows, num_samples] : [num_samples], ScalarType.Int64);
            var drawn = result.Span<long>();
            for (var row = 0; row < rows; row++)
            {
                var w = weights.Span<double>().Slice(row * columns, columns);
                for (var s = 0; s < num_samples; s++)
                {
                    var total = 0.0;
                    foreach (var weight in w)
                    {
                        if (!(weight >= 0) || double.IsInfinity(weight)) throw DTypes.Error($"multinomial: weights must be finite and not negative; row {row} has {weight}.");
                        total += weight;
                    }

                    if (total <= 0) throw DTypes.Error($"multinomial: row {row} has no positive weight left for draw {s + 1} of {num_samples}.");
                    var threshold = RandomKernels.Next(generator) * total;
                    var pick = 0;
                    var reached = 0.0;
                    for (var i = 0; i < columns; i++)
                    {
                        if (w[i] == 0) continue;
                        pick = i;
                        reached += w[i];
                        if (reached > threshold) break;
                    }

                    drawn[(int)((row * num_samples) + s)] = pick;
                    if (!replacement) w[pick] = 0;
                }
            }

            GC.KeepAlive(result);
            return result;
        }

        private Tensor Drawn(string name, Action<Tensor> fill)
        {
            Autograd.CheckInPlace(this, name);
            if (IsContiguousLayout)
            {
                fill(this);
            }
            else
            {
                using var packed = Allocate(Sizes, Type, register: false);
                fill(packed);
                Conversion.Copy(packed, this);
            }

            return Autograd.RecordInPlace(this, name, [this], [], static (_, g) => [g.zeros_like()]);
        }
    }
}
