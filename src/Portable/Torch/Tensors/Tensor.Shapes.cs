namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The same memory with another shape of as many elements; one size may be −1.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">The count differs, or the strides do not allow it: use <see cref="reshape"/>.</exception>
        public Tensor view(params long[] shape)
        {
            var target = Resolve(shape);
            var newStrides = ViewStrides(target) ?? throw DTypes.Error(
                $"view: a tensor of shape {Shapes.Text(Sizes)} and strides {Shapes.Text(strides)} cannot be seen as {Shapes.Text(target)} without a copy; use reshape().");
            return Viewed(target, newStrides, "View", static (node, g) => [g.reshape(node.Edges[0].Sizes!)]);
        }

        public Tensor view_as(Tensor other) => view(other.Sizes);

        /// <summary>A view where the strides allow it, else a copy.</summary>
        public Tensor reshape(params long[] shape)
        {
            var target = Resolve(shape);
            if (ViewStrides(target) is { } newStrides)
            {
                return Viewed(target, newStrides, "Reshape", static (node, g) => [g.reshape(node.Edges[0].Sizes!)]);
            }

            using var copy = clone();
            return copy.view(target);
        }

        /// <summary>Dimensions start_dim … end_dim become one.</summary>
        public Tensor flatten(long start_dim = 0, long end_dim = -1)
        {
            if (Rank == 0) return reshape(1);
            var (first, last) = (Shapes.Dimension(start_dim, Rank), Shapes.Dimension(end_dim, Rank));
            if (first > last) throw DTypes.Error($"flatten: start_dim {start_dim} comes after end_dim {end_dim}.");
            return reshape([.. Sizes[..first], Shapes.Count(Sizes.AsSpan()[first..(last + 1)]), .. Sizes[(last + 1)..]]);
        }

        public Tensor ravel() => reshape(-1);

        /// <summary>One dimension becomes several; one of their sizes may be −1.</summary>
        public Tensor unflatten(long dim, params long[] sizes)
        {
            var d = Shapes.Dimension(dim, Rank);
            var parts = ResolveSizes(sizes, Sizes[d]);
            return reshape([.. Sizes[..d], .. parts, .. Sizes[(d + 1)..]]);
        }

        public Tensor transpose(long dim0, long dim1)
        {
            var (a, b) = (Shapes.Dimension(dim0, Rank), Shapes.Dimension(dim1, Rank));
            if (Rank == 0) return alias();
            long[] newSizes = [.. Sizes];
            long[] newStrides = [.. strides];
            (newSizes[a], newSizes[b]) = (newSizes[b], newSizes[a]);
            (newStrides[a], newStrides[b]) = (newStrides[b], newStrides[a]);
            return Viewed(newSizes, newStrides, "Transpose", (_, g) => [g.transpose(a, b)]);
        }

        public Tensor swapdims(long dim0, long dim1) => transpose(dim0, dim1);

        public Tensor swapaxes(long dim0, long dim1) => transpose(dim0, dim1);

        /// <summary>The transposed matrix; tensors of fewer dimensions as they are.</summary>
        /// <exception cref="System.Runtime.InteropServices.ExternalException">There are more than two dimensions.</exception>
        public Tensor t()
        {
            if (Sizes.Length > 2) throw DTypes.Error($"t() is for at most 2 dimensions; this tensor has shape {Shapes.Text(Sizes)}.");
            return Rank < 2 ? alias() : transpose(0, 1);
        }

        /// <summary>The matrix transposed.</summary>
        public Tensor T => t();

        /// <summary>The last two dimensions exchanged.</summary>
        public Tensor mT => transpose(-2, -1);

        public Tensor permute(params long[] permutation)
        {
            if (permutation.Length != Sizes.Length)
            {
                throw DTypes.Error($"permute: {permutation.Length} dimensions were given for a tensor of shape {Shapes.Text(Sizes)}.");
            }

            var newSizes = new long[Rank];
            var newStrides = new long[Rank];
            var back = new long[Rank];
            var seen = 0L;
            for (var i = 0; i < Rank; i++)
            {
                var d = Shapes.Dimension(permutation[i], Rank);
                if ((seen & (1L << d)) != 0) throw DTypes.Error($"permute: dimension {d} is named twice in {Shapes.Text(permutation)}.");
                seen |= 1L << d;
                (newSizes[i], newStrides[i], back[d]) = (sizes[d], strides[d], i);
            }

            return Viewed(newSizes, newStrides, "Permute", (_, g) => [g.permute(back)]);
        }

        public Tensor permute(IEnumerable<long> permutation) => permute(permutation.ToArray());

        /// <summary>Moves dimensions to other places; the rest keep their order.</summary>
        public Tensor movedim(long[] source, long[] destination)
        {
            if (source.Length != destination.Length)
            {
                throw DTypes.Error($"movedim: {source.Length} source dimensions against {destination.Length} destinations.");
            }

            var order = new long[Sizes.Length];
            Array.Fill(order, -1);
            var from = source.Select(d => (long)Shapes.Dimension(d, Rank)).ToArray();
            for (var i = 0; i < from.Length; i++)
            {
                order[Shapes.Dimension(destination[i], Rank)] = from[i];
            }

            var rest = new Queue<long>(Enumerable.Range(0, Rank).Select(d => (long)d).Except(from));
            for (var i = 0; i < order.Length; i++)
            {
                if (order[i] < 0) order[i] = rest.Dequeue();
            }

            return permute(order);
        }

        public Tensor moveaxis(long[] source, long[] destination) => movedim(source, destination);

        /// <summary>Without the dimension if its size is 1; without all such dimensions if none is named.</summary>
        public Tensor squeeze(long? dim = null)
        {
            var (newSizes, newStrides) = Squeezed(dim);
            return Viewed(newSizes, newStrides, "Squeeze", static (node, g) => [g.reshape(node.Edges[0].Sizes!)]);
        }

        public Tensor squeeze_(long? dim = null)
        {
            RefuseHistory("squeeze_");
            var (newSizes, newStrides) = Squeezed(dim);
            Reshape(newSizes, newStrides);
            return this;
        }

        /// <summary>With a new dimension of size 1 before the given one.</summary>
        public Tensor unsqueeze(long dim)
        {
            var (newSizes, newStrides) = Unsqueezed(dim);
            return Viewed(newSizes, newStrides, "Unsqueeze", static (node, g) => [g.reshape(node.Edges[0].Sizes!)]);
        }

        public Tensor unsqueeze_(long dim)
        {
            RefuseHistory("unsqueeze_");
            var (newSizes, newStrides) = Unsqueezed(dim);
            Reshape(newSizes, newStrides);
            return this;
        }

        /// <summary>A view in which dimensions of size 1 are repeated; −1 keeps a size.</summary>
        public Tensor expand(params long[] sizes) => Expanded(sizes);

        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) => Expanded(sizes.ToArray());

        public Tensor expand(long[] sizes, bool isImplicit = false) => Expanded(sizes);

        public Tensor expand_as(Tensor other) => Expanded(other.Sizes);

        public Tensor broadcast_to(params long[] shape) => Expanded(shape);

        /// <summary>Copies, repeated the given number of times along each dimension; leading dimensions may be added.</summary>
        public Tensor repeat(params long[] sizes)
        {
            var lead = sizes.Length - Sizes.Length;
            if (lead < 0)
            {
                throw DTypes.Error($"repeat: {sizes.Length} counts were given for a tensor of shape {Shapes.Text(Sizes)}; give one for each dimension at least.");
            }

            // As [r₀, n₀, r₁, n₁, …] with the r dimensions expanded.
            var split = new long[2 * sizes.Length];
            var expanded = new long[2 * sizes.Length];
            var final = new long[sizes.Length];
            for (var i = 0; i < sizes.Length; i++)
            {
                var n = i < lead ? 1 : Sizes[i - lead];
                (split[2 * i], split[(2 * i) + 1]) = (1, n);
                (expanded[2 * i], expanded[(2 * i) + 1]) = (sizes[i], n);
                final[i] = sizes[i] * n;
            }

            using var apart = reshape(split);
            using var repeated = apart.Expanded(expanded);
            using var copied = repeated.clone();
            return copied.view(final);
        }

        public Tensor tile(long[] reps)
        {
            var lead = Math.Max(0, Sizes.Length - reps.Length);
            return repeat([.. Enumerable.Repeat(1L, lead), .. reps]);
        }

        /// <summary>Elements start … start + length − 1 of a dimension.</summary>
        public Tensor narrow(long dim, long start, long length)
        {
            var d = Shapes.Dimension(dim, Sizes.Length);
            var from = start < 0 ? start + Sizes[d] : start;
            if (from < 0 || length < 0 || from + length > Sizes[d])
            {
                throw DTypes.Error($"narrow: {length} elements from {start} on are not within dimension {d} of shape {Shapes.Text(Sizes)}.");
            }

            return slice(d, from, from + length, 1);
        }

        /// <summary>Elements start, start + step, … below finish of a dimension; ends are clamped to it, negative ones count from its end.</summary>
        public Tensor slice(long dim, long start, long finish, long step)
        {
            if (Sizes.Length == 0) throw DTypes.Error("slice() cannot be applied to a tensor of no dimensions.");
            if (step < 1) throw DTypes.Error($"slice: the step must be positive; got {step}.");
            var d = Shapes.Dimension(dim, Rank);
            var n = sizes[d];
            var from = Math.Clamp(start < 0 ? start + n : start, 0, n);
            var to = Math.Clamp(finish < 0 ? finish + n : finish, from, n);
            long[] newSizes = [.. sizes];
            long[] newStrides = [.. strides];
            newSizes[d] = (to - from + step - 1) / step;
            newStrides[d] *= step;
            return Viewed(newSizes, newStrides, "Slice", (node, g) => [Embedded(node, g, v => v.slice(d, from, to, step))], Offset + (from * strides[d]));
        }

        /// <summary>One element of a dimension, which is dropped.</summary>
        public Tensor select(long dim, long index)
        {
            if (Sizes.Length == 0) throw DTypes.Error("select() cannot be applied to a tensor of no dimensions.");
            var d = Shapes.Dimension(dim, Rank);
            if (index < -sizes[d] || index >= sizes[d])
            {
                throw DTypes.Error($"select: index {index} is outside dimension {d} of shape {Shapes.Text(sizes)}.");
            }

            var at = index < 0 ? index + sizes[d] : index;
            return Viewed(
                [.. sizes[..d], .. sizes[(d + 1)..]], [.. strides[..d], .. strides[(d + 1)..]], "Select",
                (node, g) => [Embedded(node, g, v => v.select(d, at))], Offset + (at * strides[d]));
        }

        /// <summary>The elements (i, i + offset) of two dimensions as a new last dimension.</summary>
        public Tensor diagonal(long offset = 0L, long dim1 = 0L, long dim2 = 1L)
        {
            var (a, b) = (Shapes.Dimension(dim1, Sizes.Length), Shapes.Dimension(dim2, Sizes.Length));
            if (Rank < 2 || a == b) throw DTypes.Error($"diagonal: two different dimensions are needed; got {dim1} and {dim2} of shape {Shapes.Text(Sizes)}.");
            var length = Math.Max(0, offset >= 0 ? Math.Min(sizes[a], sizes[b] - offset) : Math.Min(sizes[a] + offset, sizes[b]));
            var start = length == 0 ? 0 : offset >= 0 ? offset * strides[b] : -offset * strides[a];
            var others = Enumerable.Range(0, Rank).Where(d => d != a && d != b).ToArray();
            long[] newSizes = [.. others.Select(d => sizes[d]), length];
            long[] newStrides = [.. others.Select(d => strides[d]), strides[a] + strides[b]];
            return Viewed(newSizes, newStrides, "Diagonal", (node, g) => [Embedded(node, g, v => v.diagonal(offset, a, b))], Offset + start);
        }

        /// <summary>Any view of the storage. Its gradient is not recorded.</summary>
        /// <exception cref="NotSupportedException">The tensor requires a gradient.</exception>
        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0L)
        {
            if (Autograd.Records(this)) throw new NotSupportedException("as_strided of a tensor that requires a gradient is not in this build; use view, slice or permute.");
            return ViewOf([.. size], [.. strides], storageOffset);
        }

        /// <summary>Pieces of the given size along a dimension; the last may be smaller.</summary>
        public Tensor[] split(long size, int dim = 0)
        {
            if (size < 1) throw DTypes.Error($"split: the size of the pieces must be positive; got {size}.");
            var d = Shapes.Dimension(dim, Sizes.Length);
            var pieces = new Tensor[Math.Max(1, (Sizes[d] + size - 1) / size)];
            for (var i = 0; i < pieces.Length; i++)
            {
                pieces[i] = slice(d, i * size, Math.Min((i + 1) * size, Sizes[d]), 1);
            }

            return pieces;
        }

        public Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0) => split(sizes.ToArray(), dim);

        /// <summary>Pieces of the given sizes, which add up to the dimension's.</summary>
        public Tensor[] split(long[] sizes, long dim = 0)
        {
            var d = Shapes.Dimension(dim, Sizes.Length);
            if (sizes.Sum() != Sizes[d])
            {
                throw DTypes.Error($"split: the sizes {Shapes.Text(sizes)} must add up to dimension {d} of shape {Shapes.Text(Sizes)}.");
            }

            var pieces = new Tensor[sizes.Length];
            var start = 0L;
            for (var i = 0; i < pieces.Length; i++)
            {
                pieces[i] = slice(d, start, start + sizes[i], 1);
                start += sizes[i];
            }

            return pieces;
        }

        public Tensor[] split(params long[] sizes) => split(sizes, 0L);

        /// <summary>At most the given number of equal pieces, the last of which may be smaller.</summary>
        public Tensor[] chunk(long chunks, long dim = 0L)
        {
            if (chunks < 1) throw DTypes.Error($"chunk: the number of pieces must be positive; got {chunks}.");
            var d = Shapes.Dimension(dim, Sizes.Length);
            return split(Math.Max(1, (Sizes[d] + chunks - 1) / chunks), d);
        }

        /// <summary>The slices along a dimension, without it.</summary>
        public Tensor[] unbind(long dimension = 0L)
        {
            var d = Shapes.Dimension(dimension, Sizes.Length);
            var slices = new Tensor[Sizes[d]];
            for (var i = 0; i < slices.Length; i++)
            {
                slices[i] = select(d, i);
            }

            return slices;
        }

        public Tensor atleast_1d() => Sizes.Length >= 1 ? alias() : reshape(1);

        public Tensor atleast_2d() => Sizes.Length switch { 0 => reshape(1, 1), 1 => unsqueeze(0), _ => alias() };

        /// <summary>A recorded view of this tensor's memory.</summary>
        private Tensor Viewed(long[] newSizes, long[] newStrides, string name, Backward backward, long? newOffset = null) =>
            Autograd.Record(ViewOf(newSizes, newStrides, newOffset ?? Offset), name, [this], [], backward);

        /// <summary>The gradient of a tensor of which only a part was used: zero but for that part.</summary>
        private static Tensor Embedded(Node node, Tensor gradient, Func<Tensor, Tensor> part)
        {
            var whole = zeros(node.Edges[0].Sizes!, gradient.Type);
            using var window = part(whole);
            Conversion.Copy(gradient, window);
            return whole;
        }

        private Tensor Expanded(long[] target)
        {
            var lead = target.Length - Sizes.Length;
            long[] resolved = [.. target];
            for (var i = 0; i < resolved.Length; i++)
            {
                if (resolved[i] == -1 && i >= lead) resolved[i] = Sizes[i - lead];
            }

            return Viewed(resolved, Shapes.ExpandedStrides(Sizes, strides, resolved), "Expand", static (_, g) => [g]);
        }

        private (long[] Sizes, long[] Strides) Squeezed(long? dim)
        {
            var only = dim is { } named ? Shapes.Dimension(named, Sizes.Length) : -1;
            var kept = Enumerable.Range(0, Sizes.Length).Where(d => sizes[d] != 1 || (only >= 0 && d != only)).ToArray();
            return ([.. kept.Select(d => sizes[d])], [.. kept.Select(d => strides[d])]);
        }

        private (long[] Sizes, long[] Strides) Unsqueezed(long dim)
        {
            var d = Shapes.Dimension(dim, Sizes.Length + 1);
            var step = d < Rank ? sizes[d] * strides[d] : 1;
            return ([.. sizes[..d], 1, .. sizes[d..]], [.. strides[..d], step, .. strides[d..]]);
        }

        private void RefuseHistory(string operation)
        {
            if (Autograd.Records(this)) throw new NotSupportedException($"{operation} on a tensor that requires a gradient is not in this build; use the operation without the underscore.");
        }

        private long[] Resolve(long[] shape)
        {
            var resolved = ResolveSizes(shape, NumberOfElements);
            return Shapes.Count(resolved) == ElementCount
                ? resolved
                : throw DTypes.Error($"A tensor of shape {Shapes.Text(Sizes)} ({ElementCount} elements) cannot become {Shapes.Text(shape)}.");
        }

        private static long[] ResolveSizes(long[] shape, long count)
        {
            long[] resolved = [.. shape];
            var open = Array.IndexOf(resolved, -1L);
            if (open < 0) return resolved;
            resolved[open] = 1;
            var known = Shapes.Count(resolved);
            if (known == 0 || count % known != 0)
            {
                throw DTypes.Error($"The size −1 in {Shapes.Text(shape)} cannot be worked out for {count} elements.");
            }

            resolved[open] = count / known;
            if (Array.IndexOf(resolved, -1L) >= 0) throw DTypes.Error($"Only one size can be −1; got {Shapes.Text(shape)}.");
            return resolved;
        }

        // Strides under which this memory reads as the target shape, or null. Runs of dimensions that lie densely in memory are
        // matched with runs of target dimensions of the same count.
        private long[]? ViewStrides(long[] target)
        {
            if (IsContiguousLayout) return Shapes.ContiguousStrides(target);
            var result = new long[target.Length];
            var last = target.Length - 1;
            var runCount = 1L;
            var runStride = 0L;
            for (var d = Rank - 1; d >= 0; d--)
            {
                if (runCount == 1) runStride = strides[d];
                runCount *= sizes[d];
                if (d > 0 && (sizes[d - 1] == 1 || strides[d - 1] == runCount * runStride)) continue;
                var filled = 1L;
                while (last >= 0 && (filled < runCount || target[last] == 1))
                {
                    result[last] = filled * runStride;
                    filled *= target[last--];
                }

                if (filled != runCount) return null;
                runCount = 1;
            }

            return last < 0 ? result : null;
        }
    }
}
