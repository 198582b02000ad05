namespace QDiff.Engine.Randomness;

/// <summary>128 bits as four words: a counter that goes into <see cref="Philox"/>, or the four random words that come out.</summary>
/// <param name="Word0">Bits 0-31.</param>
/// <param name="Word1">Bits 32-63.</param>
/// <param name="Word2">Bits 64-95.</param>
/// <param name="Word3">Bits 96-127.</param>
public readonly record struct PhiloxBlock(uint Word0, uint Word1, uint Word2, uint Word3);
