using System.Globalization;
using System.Text;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Shape, type and device, such as "[2x3], type = Float32, device = cpu".</summary>
        public override string ToString() => IsInvalid
            ? "Uninitialized"
            : Rank == 0 ? $"[], type = {Type}, device = cpu" : $"[{string.Join("x", sizes)}], type = {Type}, device = cpu";

        /// <summary>The elements in nested brackets, at most 1000 of them.</summary>
        public string ToString(bool disamb, string? fltFormat = null, int? width = null, CultureInfo? cultureInfo = null, string? newLine = null)
        {
            if (numel() > 1000) return ToString();
            using var values = ConvertedTo(ScalarType.Float64);
            var text = new StringBuilder();
            var next = 0;
            void Write(int d)
            {
                if (d == Rank)
                {
                    text.Append(values.Span<double>()[next++].ToString(fltFormat ?? "g5", cultureInfo ?? CultureInfo.InvariantCulture));
                    return;
                }

                text.Append('[');
                for (var i = 0L; i < sizes[d]; i++)
                {
                    if (i > 0) text.Append(", ");
                    Write(d + 1);
                }

                text.Append(']');
            }

            Write(0);
            return text.ToString();
        }
    }
}
