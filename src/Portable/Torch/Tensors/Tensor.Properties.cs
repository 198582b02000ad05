namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public ScalarType dtype => Memory is null ? Type : Type;

        public Device device => Memory is null ? CPU : CPU;

        public DeviceType device_type => DeviceType.CPU;

        public int device_index => -1;

        public bool is_cuda => false;

        public bool is_cpu() => true;

        public long Dimensions => Sizes.Length;

        public long dim() => Sizes.Length;

        public long ndim => Sizes.Length;

        public long NumberOfElements => Memory is null ? 0 : ElementCount;

        public long numel() => NumberOfElements;

        public long ElementSize => DTypes.Size(dtype);

        public long element_size() => ElementSize;

        public bool is_integral() => torch.is_integral(dtype);

        public bool is_floating_point() => torch.is_floating_point(dtype);

        /// <summary>The sizes; a new array at each call.</summary>
        public long[] shape => [.. Sizes];

        public long[] size() => [.. Sizes];

        public long size(int dim) => Sizes[Shapes.Dimension(dim, Rank)];

        /// <summary>The strides in elements; a new array at each call.</summary>
        public long[] stride() => Memory is null ? [] : [.. strides];

        public long stride(int dim) => stride()[Shapes.Dimension(dim, Rank)];

        public long storage_offset() => Memory is null ? 0 : Offset;

        public bool is_contiguous() => Memory is not null && IsContiguousLayout;

        /// <summary>Whether the one element is not zero.</summary>
        /// <exception cref="InvalidOperationException">There are several elements, or none.</exception>
        public bool is_nonzero() => numel() == 1
            ? this.ToDouble() != 0
            : throw new InvalidOperationException($"is_nonzero() is for tensors of one element; this one has shape {Shapes.Text(Sizes)}.");
    }
}
