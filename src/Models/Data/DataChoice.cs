namespace QDiff.Models.Data;

/// <summary>Which images to train on (<c>--data</c>).</summary>
public enum DataChoice
{
    /// <summary>MNIST if it can be had, else the built-in digits, with a warning.</summary>
    Auto,

    /// <summary>Handwritten digits (LeCun, Cortes, Burges), 60,000 + 10,000.</summary>
    Mnist,

    /// <summary>Pictures of clothes (Zalando Research), 60,000 + 10,000.</summary>
    FashionMnist,

    /// <summary>The built-in stroke digits of <see cref="StrokeDigits"/>, 60,000 + 10,000.</summary>
    Digits,
}
