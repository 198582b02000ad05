using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What transposed convolution layers share.</summary>
public abstract class ConvolutionTranspose : Convolution
{
    /// <inheritdoc/>
    protected ConvolutionTranspose(
        string name, long in_channels, long out_channels, long[] kernel_size, long[] stride, long[]? padding, Padding? padding_type, long[] dilation,
        bool transposed, long[] output_padding, long groups, bool bias, PaddingModes padding_mode, Device? device = null, ScalarType? dtype = null)
        : base(
            name, in_channels, out_channels, kernel_size, stride, padding, padding_type, dilation, transposed, output_padding, groups, bias, padding_mode,
            device, dtype)
    {
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => forward(input, null);

    /// <summary>With the output padding that gives the wanted size.</summary>
    public abstract Tensor forward(Tensor input, long[]? output_size);

    /// <summary>The output padding that gives output_size; the layer's own when that is null.</summary>
    /// <exception cref="ArgumentException">The size is out of reach.</exception>
    protected long[] _output_padding(
        Tensor input, long[]? output_size, long[] kernel_size, long[] stride, long[] padding, long[] dilation, long num_spatial_dims)
    {
        if (output_size is null)
        {
            return output_padding;
        }
        var dims = (int)num_spatial_dims;
        var wanted = output_size.Length > dims ? output_size[^dims..] : output_size;
        if (wanted.Length != dims)
        {
            throw new ArgumentException($"The output size needs {dims} numbers; got {output_size.Length}.");
        }
        var result = new long[dims];
        for (var d = 0; d < dims; d++)
        {
            var least = ((input.Sizes[input.Rank - dims + d] - 1) * stride[d]) - (2 * padding[d]) + (dilation[d] * (kernel_size[d] - 1)) + 1;
            if (wanted[d] < least || wanted[d] >= least + stride[d])
            {
                throw new ArgumentException($"An output size of {wanted[d]} is out of reach along dimension {d} (valid: {least} to {least + stride[d] - 1}).");
            }
            result[d] = wanted[d] - least;
        }
        return result;
    }
}
