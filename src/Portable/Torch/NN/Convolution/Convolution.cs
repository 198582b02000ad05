using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What convolution layers share: sizes, weights, bias and their initial values (uniform in ±1/√fan-in).</summary>
public abstract class Convolution : nn.Module<Tensor, Tensor>
{
    /// <summary>The bias, or null.</summary>
    protected Parameter? _bias;

    /// <summary>The weights.</summary>
    protected Parameter? _weight;

    /// <summary>The channels of the input.</summary>
    protected long input_channels;

    /// <summary>Sets the sizes and draws the initial weights.</summary>
    /// <exception cref="NotSupportedException">The padding mode is not zeros.</exception>
    protected Convolution(
        string name, long in_channels, long out_channels, long[] kernel_size, long[] stride, long[]? padding, Padding? padding_type, long[] dilation,
        bool transposed, long[] output_padding, long groups, bool bias, PaddingModes padding_mode, Device? device = null, ScalarType? dtype = null)
        : base(name)
    {
        if (padding_mode != PaddingModes.Zeros)
        {
            throw new NotSupportedException($"Convolutions of this build pad with zeros; got {padding_mode}: pad the input first.");
        }
        if (groups < 1 || in_channels % groups != 0 || out_channels % groups != 0)
        {
            throw new ArgumentException($"The channels ({in_channels} in, {out_channels} out) must be divisible by the groups; got {groups}.");
        }
        this.in_channels = input_channels = in_channels;
        this.out_channels = out_channels;
        this.kernel_size = kernel_size;
        this.stride = stride;
        this.dilation = dilation;
        this.transposed = transposed;
        this.output_padding = output_padding;
        this.groups = groups;
        this.padding_mode = padding_mode;
        if (padding_type is { } type)
        {
            SetPadding(type);
        }
        else
        {
            SetPadding(padding ?? new long[kernel_size.Length]);
        }
        long[] sizes = transposed ? [in_channels, out_channels / groups, .. kernel_size] : [out_channels, in_channels / groups, .. kernel_size];
        weight = new Parameter(empty(sizes, dtype: dtype, device: device));
        if (bias)
        {
            this.bias = new Parameter(empty(out_channels, dtype: dtype, device: device));
        }
        reset_parameters();
    }

    /// <summary>One number per output channel, or null.</summary>
    public Parameter? bias
    {
        get => _bias;
        set
        {
            _bias?.Dispose();
            _bias = (Parameter?)value?.DetachFromDisposeScope();
            ConditionallyRegisterParameter(nameof(bias), _bias);
        }
    }

    /// <summary>[out, in/groups, kernel…], transposed [in, out/groups, kernel…].</summary>
    public Parameter weight
    {
        get => _weight!;
        set
        {
            if (!ReferenceEquals(value, _weight))
            {
                _weight?.Dispose();
                _weight = (Parameter)value.DetachFromDisposeScope();
                ConditionallyRegisterParameter(nameof(weight), _weight);
            }
        }
    }

    /// <summary>Channels of the input.</summary>
    public long in_channels { get; private set; }

    /// <summary>Channels of the output.</summary>
    public long out_channels { get; private set; }

    /// <summary>Whether this is the adjoint of a convolution.</summary>
    public bool transposed { get; private set; }

    /// <summary>Padding by kind, or null when <see cref="padding"/> gives numbers.</summary>
    public Padding? padding_type { get; private set; }

    /// <summary>(y, x), or null when <see cref="padding_type"/> gives the kind.</summary>
    public long[]? padding { get; private set; }

    /// <summary>What lies beyond the border.</summary>
    public PaddingModes padding_mode { get; set; }

    /// <summary>Channel groups that do not see each other.</summary>
    public long groups { get; set; }

    /// <summary>(y, x).</summary>
    public long[] kernel_size { get; set; }

    /// <summary>(y, x).</summary>
    public long[] stride { get; set; }

    /// <summary>(y, x).</summary>
    public long[] dilation { get; set; }

    /// <summary>(y, x).</summary>
    public long[] output_padding { get; set; }

    /// <summary>Draws new weights and bias: uniform in ±1/√fan-in.</summary>
    public void reset_parameters()
    {
        nn.init.kaiming_uniform_(weight, Math.Sqrt(5));
        if (bias is not null)
        {
            var (fanIn, _) = nn.init.CalculateFanInAndFanOut(weight);
            if (fanIn != 0)
            {
                nn.init.uniform_(bias, -1 / Math.Sqrt(fanIn), 1 / Math.Sqrt(fanIn));
            }
        }
    }

    /// <summary>Sets the padding in numbers (y, x).</summary>
    public void SetPadding(long[] padding)
    {
        padding_type = null;
        this.padding = padding;
    }

    /// <summary>Sets the padding by kind.</summary>
    /// <exception cref="ArgumentException">The layer is transposed, or has a stride that cannot keep the size.</exception>
    public void SetPadding(Padding padding)
    {
        if (transposed)
        {
            throw new ArgumentException("A transposed convolution takes padding in numbers only.");
        }
        if (padding == Padding.Same && stride.Any(step => step != 1))
        {
            throw new ArgumentException($"Padding 'Same' needs stride 1; got {string.Join(", ", stride)}.");
        }
        this.padding = null;
        padding_type = padding;
    }

    /// <summary>Whether the input is [N, C, …] or [C, …] with this layer's channels.</summary>
    protected bool ValidateShape(Tensor input, long dimensions) =>
        (input.Rank == dimensions + 2 && input.Sizes[1] == in_channels) || (input.Rank == dimensions + 1 && input.Sizes[0] == in_channels);
}
