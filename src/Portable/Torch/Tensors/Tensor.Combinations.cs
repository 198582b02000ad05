namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>this + value·tensor1·tensor2.</summary>
        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value)
        {
            using var product = tensor1.mul(tensor2);
            using var scaled = product.mul(value);
            return add(scaled);
        }

        /// <summary>Adds value·tensor1·tensor2.</summary>
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value)
        {
            Autograd.CheckInPlace(this, "addcmul_", tensor1, tensor2);
            if (Autograd.Records(this, tensor1, tensor2))
            {
                using var product = tensor1.mul(tensor2);
                return add_(product, value);
            }

            TernaryKernels.AddProduct(this, tensor1, tensor2, value.AsDouble);
            Memory.Version++;
            return this;
        }

        /// <summary>this + value·tensor1/tensor2.</summary>
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value)
        {
            using var quotient = tensor1.div(tensor2);
            using var scaled = quotient.mul(value);
            return add(scaled);
        }

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => addcdiv(tensor1, tensor2, Scalar.Integer(1));

        /// <summary>Adds value·tensor1/tensor2.</summary>
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value)
        {
            Autograd.CheckInPlace(this, "addcdiv_", tensor1, tensor2);
            if (Autograd.Records(this, tensor1, tensor2))
            {
                using var quotient = tensor1.div(tensor2);
                return add_(quotient, value);
            }

            TernaryKernels.AddQuotient(this, tensor1, tensor2, value.AsDouble);
            Memory.Version++;
            return this;
        }

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2) => addcdiv_(tensor1, tensor2, Scalar.Integer(1));

        /// <summary>this + weight·(end − this).</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">The three element types differ, which libtorch refuses too: write 0.1f, not 0.1, for Float32.</exception>
        public Tensor lerp(Tensor end, Tensor weight)
        {
            RefuseMixed(end, weight, "lerp");
            using var distance = end.sub(this);
            using var part = distance.mul(weight);
            return add(part);
        }

        /// <inheritdoc cref="lerp"/>
        public Tensor lerp_(Tensor end, Tensor weight)
        {
            RefuseMixed(end, weight, "lerp_");
            Autograd.CheckInPlace(this, "lerp_", end, weight);
            using var distance = end.sub(this);
            using var part = distance.mul(weight);
            return add_(part);
        }

        /// <summary>In the order of the elements along each of the dimensions, reversed.</summary>
        public Tensor flip(params long[] dims)
        {
            if (dims.Length == 0) return clone();
            long[] own = [.. dims];
            Tensor result;
            using (no_grad())
            {
                result = alias();
                foreach (var dim in own)
                {
                    var d = Shapes.Dimension(dim, Rank);
                    using var order = arange(sizes[d] - 1, -1, -1);
                    using var before = result;
                    result = before.index_select(d, order);
                }
            }

            return Autograd.Record(result, "Flip", [this], [], (_, g) => [g.flip(own)]);
        }

        public Tensor fliplr() => flip(1);

        public Tensor flipud() => flip(0);

        /// <summary>Elements moved on by the shift along a dimension, those beyond its end to its beginning; without a dimension, of the flattened tensor.</summary>
        public Tensor roll(long shifts, long? dims = null)
        {
            if (dims is null)
            {
                using var flat = reshape(-1);
                using var rolled = flat.roll(shifts, 0);
                return rolled.view(Sizes);
            }

            var d = Shapes.Dimension(dims.Value, Sizes.Length);
            var n = Rank == 0 ? 1 : sizes[d];
            var cut = n == 0 ? 0 : ((-shifts % n) + n) % n;
            if (cut == 0) return clone();
            using var head = narrow(d, 0, cut);
            using var tail = narrow(d, cut, n - cut);
            return cat([tail, head], d);
        }

        public Tensor roll(long[] shifts, long[] dims)
        {
            if (shifts.Length != dims.Length || dims.Length == 0)
            {
                throw DTypes.Error($"roll: {shifts.Length} shifts were given for {dims.Length} dimensions.");
            }

            var result = roll(shifts[0], dims[0]);
            for (var i = 1; i < dims.Length; i++)
            {
                using var before = result;
                result = before.roll(shifts[i], dims[i]);
            }

            return result;
        }

        public Tensor roll((long, long) shifts, (long, long) dims) => roll([shifts.Item1, shifts.Item2], [dims.Item1, dims.Item2]);

        /// <summary>The lower triangle of the matrices of the last two dimensions, zero above the given diagonal.</summary>
        public Tensor tril(long diagonal = 0)
        {
            using var mask = Triangle(diagonal, lower: true);
            return masked_fill(mask, 0);
        }

        /// <summary>The upper triangle of the matrices of the last two dimensions, zero below the given diagonal.</summary>
        public Tensor triu(long diagonal = 0)
        {
            using var mask = Triangle(diagonal, lower: false);
            return masked_fill(mask, 0);
        }

        /// <summary>A matrix with this vector on a diagonal, or the diagonal of this matrix.</summary>
        public Tensor diag(long diagonal = 0)
        {
            if (Sizes.Length == 1) return diag_embed(diagonal);
            if (Rank != 2) throw DTypes.Error($"diag needs a vector or a matrix; got shape {Shapes.Text(Sizes)}.");
            using var view = this.diagonal(diagonal);
            return view.clone();
        }

        /// <summary>Matrices, as the last two dimensions, with the last dimension's vectors on a diagonal.</summary>
        public Tensor diag_embed(long offset = 0L, long dim1 = -2L, long dim2 = -1L)
        {
            if (dim1 != -2 || dim2 != -1) throw new NotSupportedException("diag_embed into other than the last two dimensions is not in this build; use permute().");
            var n = Sizes[^1] + Math.Abs(offset);
            var result = zeros([.. Sizes[..^1], n, n], Type);
            using (no_grad())
            {
                using var window = result.diagonal(offset, -2, -1);
                Conversion.Copy(this, window);
            }

            return Autograd.Record(result, "DiagEmbed", [this], [], (_, g) => [g.diagonal(offset, -2, -1)]);
        }

        /// <summary>The sum of the diagonal of a matrix.</summary>
        public Tensor trace()
        {
            using var view = diagonal();
            return view.sum();
        }

        /// <summary>Element (i, j) is this[i]·vec2[j].</summary>
        public Tensor outer(Tensor vec2)
        {
            if (Sizes.Length != 1 || vec2.Sizes.Length != 1)
            {
                throw DTypes.Error($"outer needs two vectors; got shapes {Shapes.Text(Sizes)} and {Shapes.Text(vec2.Sizes)}.");
            }

            using var column = unsqueeze(1);
            return column.mul(vec2);
        }

        public Tensor ger(Tensor vec2) => outer(vec2);

        /// <summary>Each slice of a dimension the given number of times in a row; of the flattened tensor without one.</summary>
        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null)
        {
            if (dim is null)
            {
                using var flat = reshape(-1);
                return flat.repeat_interleave(repeats, 0, output_size);
            }

            var d = Shapes.Dimension(dim.Value, Sizes.Length);
            using var apart = unsqueeze(d + 1);
            using var wide = apart.expand([.. Sizes[..(d + 1)], repeats, .. Sizes[(d + 1)..]]);
            return wide.reshape([.. Sizes[..d], Sizes[d] * repeats, .. Sizes[(d + 1)..]]);
        }

        /// <summary>How often each of 0 … max occurs, or the sum of the weights there.</summary>
        public Tensor bincount(Tensor? weights, long minlength = 0)
        {
            if (Sizes.Length != 1) throw DTypes.Error($"bincount needs a vector; got shape {Shapes.Text(Sizes)}.");
            using var values = ConvertedTo(ScalarType.Int64);
            var bins = minlength;
            foreach (var value in values.Span<long>())
            {
                if (value < 0) throw DTypes.Error($"bincount needs numbers that are not negative; got {value}.");
                bins = Math.Max(bins, value + 1);
            }

            var result = zeros(bins, weights is null ? ScalarType.Int64 : DTypes.Real(weights.dtype));
            using var increments = weights is null ? Filled(values.Sizes, Scalar.Integer(1), ScalarType.Int64, null, false) : weights.alias();
            AlongDimension.Add(result, 0, values, increments);
            return result;
        }

        private void RefuseMixed(Tensor end, Tensor weight, string name)
        {
            if (end.dtype != dtype || weight.dtype != Type)
            {
                throw DTypes.Error($"{name}: start, end and weight must have one element type; got {Type}, {end.Type} and {weight.Type}.");
            }
        }

        // True where the triangle is cut away.
        private Tensor Triangle(long diagonal, bool lower)
        {
            if (Sizes.Length < 2) throw DTypes.Error($"tril and triu need matrices; got shape {Shapes.Text(Sizes)}.");
            using var rows = arange(sizes[^2]);
            using var limits = rows.add(diagonal);
            using var column = limits.unsqueeze(1);
            using var columns = arange(sizes[^1]);
            return lower ? columns.gt(column) : columns.lt(column);
        }
    }

    public static Tensor addcmul(Tensor input, Tensor tensor1, Tensor tensor2, Scalar value) => input.addcmul(tensor1, tensor2, value);

    public static Tensor addcdiv(Tensor input, Tensor tensor1, Tensor tensor2, Scalar value) => input.addcdiv(tensor1, tensor2, value);

    public static Tensor lerp(Tensor input, Tensor end, Tensor weight) => input.lerp(end, weight);

    public static Tensor flip(Tensor input, params long[] dims) => input.flip(dims);

    public static Tensor roll(Tensor input, long shifts, long? dims = null) => input.roll(shifts, dims);

    public static Tensor roll(Tensor input, long[] shifts, long[] dims) => input.roll(shifts, dims);

    public static Tensor tril(Tensor input, long diagonal = 0) => input.tril(diagonal);

    public static Tensor triu(Tensor input, long diagonal = 0L) => input.triu(diagonal);

    public static Tensor diag(Tensor input, long diagonal = 0) => input.diag(diagonal);

    public static Tensor diagonal(Tensor input, long offset = 0L, long dim1 = 0L, long dim2 = 1L) => input.diagonal(offset, dim1, dim2);

    public static Tensor trace(Tensor input) => input.trace();

    public static Tensor outer(Tensor input, Tensor vec2) => input.outer(vec2);

    public static Tensor bincount(Tensor input, Tensor? weights = null, long minlength = 0) => input.bincount(weights, minlength);

    public static Tensor repeat_interleave(Tensor input, long repeats, long? dim = null, long? output_size = null) =>
        input.repeat_interleave(repeats, dim, output_size);

    /// <summary>Coordinate grids of vectors, in matrix order ("ij").</summary>
    public static Tensor[] meshgrid(IEnumerable<Tensor> tensors, string indexing = "ij")
    {
        if (indexing != "ij") throw new NotSupportedException($"meshgrid with indexing '{indexing}' is not in this build; use \"ij\".");
        var vectors = tensors.ToArray();
        var shape = Array.ConvertAll(vectors, v => v.numel());
        return [.. vectors.Select((v, i) =>
        {
            var line = new long[vectors.Length];
            Array.Fill(line, 1);
            line[i] = -1;
            using var placed = v.reshape(line);
            return placed.expand(shape);
        })];
    }
}
