using QDiff.Engine.Circuits;
using QDiff.Models.Training;
using static TorchSharp.torch;

namespace QDiff.Models.Pairings;

/// <summary>A diffusion process and its denoiser, of one of the three kinds.</summary>
internal abstract class Pairing(PairingConfig config, ComputeDevice device)
{
    private readonly List<nn.Module<Tensor, Tensor>> _trained = [];

    /// <summary>Where it runs.</summary>
    protected ComputeDevice Device { get; } = device;

    /// <summary>Its settings.</summary>
    public PairingConfig Config { get; } = config;

    /// <summary>The networks, in the order in which they are trained: the loss of each may use the ones before it.</summary>
    public abstract IReadOnlyList<PairingPart> Parts { get; }

    /// <summary>The denoiser's circuit; null where it is classical.</summary>
    public virtual Circuit? Circuit => null;

    /// <summary>How much of the clean sample is left at steps 0 to T, by the name of each curve.</summary>
    public abstract IReadOnlyList<(string Name, double[] Values)> Schedules { get; }

    /// <summary>Sizes of one sample: <c>[2]</c> for a point.</summary>
    public abstract long[] SampleShape { get; }

    /// <summary>The networks that are trained, averaged weights.</summary>
    protected IReadOnlyList<nn.Module<Tensor, Tensor>> Trained => _trained;

    /// <summary>Makes the pairing that a configuration asks for.</summary>
    public static Pairing Of(PairingConfig config, ComputeDevice device) => config.Model switch
    {
        PairingModel.Cqgdm => new PlanePairing(config, device),
        PairingModel.Qcgdm => new BlochPairing(config, device),
        PairingModel.Qqgdm => new CircuitPairing(config, device),
        _ => throw new ArgumentOutOfRangeException(nameof(config), config.Model, "Unknown pairing."),
    };

    /// <summary>Hands over the next trained part.</summary>
    public void Add(nn.Module<Tensor, Tensor> trained) => _trained.Add(trained);

    /// <summary>Draws samples, each of <see cref="SampleShape"/>.</summary>
    public abstract float[] Sample(int count, ulong seed, CancellationToken cancellation);

    /// <summary>Draws, scores and depicts.</summary>
    public abstract PairingReport Score(CancellationToken cancellation);

    /// <summary>A seed for one purpose at one place of the run.</summary>
    protected ulong Seed(string purpose, long place = 0) => SeedSequence.Derive(Config.Seed, purpose, place);
}
