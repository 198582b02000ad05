namespace QDiff.Models.Pairings;

/// <summary>A network with a circuit in it, whose gradient cannot fail by an exception inside <c>backward()</c>.</summary>
internal interface IQuantumDenoiser
{
    /// <summary>Throws what went wrong inside the last <c>backward()</c>, if anything did.</summary>
    void ThrowIfBackwardFailed();
}
