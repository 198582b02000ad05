using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What normalisations by channel share: scale and shift, and running statistics.</summary>
public abstract class NormBase : nn.Module<Tensor, Tensor>
{
    private Parameter? _bias;
    private Parameter? _weight;
    private Tensor? _running_mean;
    private Tensor? _running_var;
    private Tensor? _num_batches_tracked;

    /// <summary>Scale 1, shift 0, running mean 0, running variance 1.</summary>
    public NormBase(
        long num_features, double eps, double? momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype, string name)
        : base(name)
    {
        this.num_features = num_features;
        this.eps = eps;
        this.momentum = momentum;
        this.affine = affine;
        this.track_running_stats = track_running_stats;
        if (affine)
        {
            weight = new Parameter(empty(num_features, dtype: dtype, device: device));
            bias = new Parameter(empty(num_features, dtype: dtype, device: device));
        }
        if (track_running_stats)
        {
            running_mean = zeros(num_features, dtype: dtype, device: device);
            running_var = ones(num_features, dtype: dtype, device: device);
            num_batches_tracked = tensor(0L);
        }
        reset_parameters();
    }

    /// <summary>The shift per channel.</summary>
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

    /// <summary>The scale per channel.</summary>
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

    /// <summary>The mean used in evaluation.</summary>
    public Tensor? running_mean
    {
        get => _running_mean;
        set
        {
            _running_mean?.Dispose();
            _running_mean = value?.DetachFromDisposeScope();
            ConditionallyRegisterBuffer(nameof(running_mean), _running_mean);
        }
    }

    /// <summary>The variance used in evaluation.</summary>
    public Tensor? running_var
    {
        get => _running_var;
        set
        {
            _running_var?.Dispose();
            _running_var = value?.DetachFromDisposeScope();
            ConditionallyRegisterBuffer(nameof(running_var), _running_var);
        }
    }

    /// <summary>The number of training batches seen.</summary>
    public Tensor? num_batches_tracked
    {
        get => _num_batches_tracked;
        set
        {
            _num_batches_tracked?.Dispose();
            _num_batches_tracked = value?.DetachFromDisposeScope();
            ConditionallyRegisterBuffer(nameof(num_batches_tracked), _num_batches_tracked);
        }
    }

    /// <summary>Channels.</summary>
    public long num_features { get; private set; }

    /// <summary>Added to the variance.</summary>
    public double eps { get; set; }

    /// <summary>The weight of the newest batch; null: the mean over all batches.</summary>
    public double? momentum { get; set; }

    /// <summary>Whether there is a scale and a shift.</summary>
    public bool affine { get; private set; }

    /// <summary>Whether running statistics are kept.</summary>
    public bool track_running_stats { get; private set; }

    /// <summary>Running mean 0, running variance 1, no batches.</summary>
    public void reset_running_stats()
    {
        if (track_running_stats)
        {
            nn.init.zeros_(running_mean!);
            nn.init.ones_(running_var!);
            nn.init.zeros_(num_batches_tracked!);
        }
    }

    /// <summary>Also scale 1 and shift 0.</summary>
    public void reset_parameters()
    {
        reset_running_stats();
        if (affine)
        {
            nn.init.ones_(weight);
            nn.init.zeros_(bias!);
        }
    }

    /// <summary>Refuses inputs of the wrong number of dimensions.</summary>
    protected abstract void ValidateInputDimensions(Tensor input);
}
