namespace QDiff.Engine.Noise;

/// <summary>One channel of a <see cref="NoiseRule"/>.</summary>
/// <param name="Channel">What happens.</param>
/// <param name="Each">
/// Whether a channel on one qubit happens to each qubit of the gate; otherwise the channel acts on all of them together and has as many.
/// </param>
public readonly record struct NoiseStep(Channel Channel, bool Each = false)
{
    /// <summary>A channel on all qubits of the gate together.</summary>
    public static implicit operator NoiseStep(Channel channel) => new(channel);
}
