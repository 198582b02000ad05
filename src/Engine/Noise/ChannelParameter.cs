namespace QDiff.Engine.Noise;

/// <summary>A number that a channel is made with.</summary>
/// <param name="Name">Name in noise files, for example "gamma".</param>
/// <param name="Symbol">Symbol in formulas and messages, for example "γ".</param>
/// <param name="Minimum">Least value.</param>
/// <param name="Maximum">Greatest value; infinity where there is none.</param>
/// <param name="Unit">"rad", "time" (any unit, the same for all of a row), or "" for a pure number.</param>
/// <param name="Default">The value that a noise file may leave out; null where it must be given.</param>
public sealed record ChannelParameter(
    string Name, string Symbol, double Minimum, double Maximum, string Unit = "", double? Default = null);
