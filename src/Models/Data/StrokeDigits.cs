using System.Numerics;

namespace QDiff.Models.Data;

/// <summary>
/// Makes 28×28 digits that look handwritten, from nothing but a seed, so that the program runs where there are no data and no
/// network. A digit is one of several styles (<see cref="StrokeStyles"/>), its points moved at random, joined by a Catmull-Rom
/// spline, bent by a smooth random field, slanted, turned, scaled, drawn with a pen of random and changing width, fitted into
/// 20×20 pixels and centred by its mass, as MNIST is.
/// </summary>
/// <remarks>
/// Picture i is a function of (seed, part, i) alone, so the result does not depend on the number of threads. Scores on these digits
/// do not compare with scores on MNIST: they are easier. Cost: about 50 µs of one core for each picture.
/// </remarks>
public static class StrokeDigits
{
    /// <summary>The name of the data.</summary>
    public const string Name = "digits";

    private const int TrainCount = 60_000;
    private const int TestCount = 10_000;
    private const ulong TrainPart = 1;
    private const ulong TestPart = 2;
    private const ulong LabelPurpose = 0x6C61;
    private const ulong ShapePurpose = 0x7368;

    private const int Side = ImageDataset.Side;
    private const float Inner = 20; // MNIST's box; the margin around it is for the pen and for centring.
    private const int StepsPerPoint = 7;
    private const float Softness = 1.1f; // Pixels over which the edge of a line fades.

    /// <summary>The 60,000 digits to train on and 10,000 others to test with, the ten classes in equal parts.</summary>
    /// <param name="seed">Any value; the same seed gives the same pictures.</param>
    public static (ImageDataset Train, ImageDataset Test) Generate(ulong seed)
        => (Generate(seed, TrainPart, TrainCount), Generate(seed, TestPart, TestCount));

    /// <summary>The first <paramref name="count"/> digits of one part, in blocks of ten that hold every class once.</summary>
    /// <param name="seed">Any value.</param>
    /// <param name="part">Which of the independent series of digits.</param>
    /// <param name="count">How many.</param>
    internal static ImageDataset Generate(ulong seed, ulong part, int count)
    {
        byte[] pixels = new byte[checked(count * ImageDataset.PixelsPerImage)];
        byte[] labels = new byte[count];
        Parallel.For(0, (count + ImageDataset.Classes - 1) / ImageDataset.Classes, block =>
        {
            Span<byte> order = stackalloc byte[ImageDataset.Classes];
            Shuffle(order, new RandomSequence(seed, block, (part << 32) | LabelPurpose));
            for (int i = 0, n = block * ImageDataset.Classes; i < order.Length && n < count; i++, n++)
            {
                labels[n] = order[i];
                Draw(order[i], new RandomSequence(seed, n, (part << 32) | ShapePurpose), pixels.AsSpan(n * ImageDataset.PixelsPerImage, ImageDataset.PixelsPerImage));
            }
        });
        return new ImageDataset(Name, pixels, labels);
    }

    private static void Shuffle(Span<byte> order, RandomSequence random)
    {
        for (int i = 0; i < order.Length; i++)
        {
            int j = random.Below(i + 1);
            order[i] = order[j];
            order[j] = (byte)i;
        }
    }

    private static void Draw(int digit, RandomSequence random, Span<byte> pixels)
    {
        StrokeStyle style = Choose(StrokeStyles.ByDigit[digit], random.Uniform());
        var hand = Hand.Random(ref random, digit);
        var lines = new List<Line>(96);
        foreach (StrokePoint[] stroke in style.Strokes)
        {
            Trace(stroke, hand, ref random, lines);
        }
        float radius = Math.Clamp(1.17f * MathF.Exp(random.Normal(0.27f)), 0.65f, 2.1f);
        Fit(lines, radius, random.Uniform(0.9f, 1f), random.Uniform(0.35f, 1f));
        Span<float> ink = stackalloc float[ImageDataset.PixelsPerImage];
        ink.Clear();
        Rasterise(lines, radius, ink);
        Centre(lines, ink, random.Normal(0.3f), random.Normal(0.3f));
        ink.Clear();
        Rasterise(lines, radius, ink);
        float full = random.Uniform(0.92f, 1f);
        for (int i = 0; i < ink.Length; i++)
        {
            pixels[i] = (byte)MathF.Round(255 * Math.Min(1f, full * ink[i]));
        }
    }

    private static StrokeStyle Choose(IReadOnlyList<StrokeStyle> styles, float at)
    {
        float left = at * styles.Sum(style => style.Share);
        foreach (StrokeStyle style in styles)
        {
            left -= style.Share;
            if (left < 0)
            {
                return style;
            }
        }
        return styles[^1];
    }

    /// <summary>Moves the points of a stroke, joins them by a spline that breaks at corners, and bends the result.</summary>
    private static void Trace(StrokePoint[] stroke, Hand hand, ref RandomSequence random, List<Line> lines)
    {
        int first = lines.Count;
        Span<Vector2> points = stackalloc Vector2[stroke.Length];
        for (int i = 0; i < stroke.Length; i++)
        {
            points[i] = new Vector2(stroke[i].X + random.Normal(0.031f), stroke[i].Y + random.Normal(0.031f));
        }
        // A pen that starts late or ends early or runs on.
        points[0] += random.Normal(0.09f) * (points[1] - points[0]);
        points[^1] += random.Normal(0.13f) * (points[^1] - points[^2]);
        Vector2 from = hand.Place(points[0]);
        for (int i = 0; i + 1 < points.Length; i++)
        {
            Vector2 before = i == 0 || stroke[i].Corner ? (2 * points[i]) - points[i + 1] : points[i - 1];
            Vector2 after = i + 2 == points.Length || stroke[i + 1].Corner ? (2 * points[i + 1]) - points[i] : points[i + 2];
            for (int step = 1; step <= StepsPerPoint; step++)
            {
                Vector2 to = hand.Place(CatmullRom(before, points[i], points[i + 1], after, step / (float)StepsPerPoint));
                lines.Add(new Line(from, to, 1));
                from = to;
            }
        }
        // Pressure: thinner or thicker towards either end, and a slow swell between.
        float start = random.Normal(0.16f), end = random.Normal(0.2f) - 0.08f, swell = random.Normal(0.12f);
        for (int i = first; i < lines.Count; i++)
        {
            float s = (i - first + 0.5f) / (lines.Count - first);
            float pressure = 1 + (start * (1 - s) * (1 - s)) + (end * s * s) + (swell * MathF.Sin(MathF.PI * s));
            lines[i] = lines[i] with { Width = Math.Clamp(pressure, 0.6f, 1.4f) };
        }
    }

    private static Vector2 CatmullRom(Vector2 p0, Vector2 p1, Vector2 p2, Vector2 p3, float t)
        => 0.5f * ((2 * p1) + (t * (p2 - p0)) + (t * t * ((2 * p0) - (5 * p1) + (4 * p2) - p3)) + (t * t * t * ((3 * p1) - p0 - (3 * p2) + p3)));

    /// <summary>Scales the drawing so that, pen included, its longer side is <paramref name="fill"/> of the inner box; moves it to the middle.</summary>
    /// <param name="lines">What was drawn, in any units.</param>
    /// <param name="radius">Half the width of the pen in pixels.</param>
    /// <param name="fill">Share of the inner box.</param>
    /// <param name="narrowest">A tall narrow digit keeps at least its own proportions; this bounds how far a flat one is stretched.</param>
    private static void Fit(List<Line> lines, float radius, float fill, float narrowest)
    {
        Vector2 low = new(float.MaxValue), high = new(float.MinValue);
        foreach (Line line in lines)
        {
            low = Vector2.Min(low, Vector2.Min(line.From, line.To));
            high = Vector2.Max(high, Vector2.Max(line.From, line.To));
        }
        Vector2 size = Vector2.Max(high - low, new Vector2(1e-3f));
        float room = (Inner * fill) - (2 * radius);
        var scale = new Vector2(room / MathF.Max(size.X, size.Y));
        if (size.X > size.Y)
        {
            scale.Y *= MathF.Min(1 / narrowest, size.X / size.Y);
        }
        Vector2 middle = 0.5f * (low + high);
        for (int i = 0; i < lines.Count; i++)
        {
            lines[i] = lines[i] with
            {
                From = ((lines[i].From - middle) * scale) + new Vector2(Side / 2f),
                To = ((lines[i].To - middle) * scale) + new Vector2(Side / 2f),
            };
        }
    }

    /// <summary>Moves the centre of mass of <paramref name="ink"/> to the middle of the picture, and (dx, dy) pixels off it.</summary>
    private static void Centre(List<Line> lines, ReadOnlySpan<float> ink, float dx, float dy)
    {
        float mass = 1e-6f, x = 0, y = 0;
        for (int i = 0; i < ink.Length; i++)
        {
            mass += ink[i];
            x += ink[i] * ((i % Side) + 0.5f);
            y += ink[i] * ((i / Side) + 0.5f);
        }
        Vector2 shift = new((Side / 2f) - (x / mass) + dx, (Side / 2f) - (y / mass) + dy);
        for (int i = 0; i < lines.Count; i++)
        {
            lines[i] = lines[i] with { From = lines[i].From + shift, To = lines[i].To + shift };
        }
    }

    /// <summary>Ink of a pixel: 1 within the pen's radius of the nearest line, fading to 0 over <see cref="Softness"/> pixels.</summary>
    private static void Rasterise(List<Line> lines, float radius, Span<float> ink)
    {
        foreach (Line line in lines)
        {
            float width = radius * line.Width;
            float reach = width + Softness;
            int left = Math.Max(0, (int)(MathF.Min(line.From.X, line.To.X) - reach));
            int right = Math.Min(Side - 1, (int)(MathF.Max(line.From.X, line.To.X) + reach));
            int top = Math.Max(0, (int)(MathF.Min(line.From.Y, line.To.Y) - reach));
            int bottom = Math.Min(Side - 1, (int)(MathF.Max(line.From.Y, line.To.Y) + reach));
            Vector2 along = line.To - line.From;
            float inverse = 1 / MathF.Max(along.LengthSquared(), 1e-9f);
            for (int y = top; y <= bottom; y++)
            {
                for (int x = left; x <= right; x++)
                {
                    Vector2 to = new Vector2(x + 0.5f, y + 0.5f) - line.From;
                    float at = Math.Clamp(Vector2.Dot(to, along) * inverse, 0f, 1f);
                    float distance = (to - (at * along)).Length();
                    float value = Math.Clamp(((width - distance) / Softness) + 0.5f, 0f, 1f);
                    ref float pixel = ref ink[(y * Side) + x];
                    pixel = MathF.Max(pixel, value);
                }
            }
        }
    }

    /// <summary>A straight piece of a stroke.</summary>
    /// <param name="From">Its beginning.</param>
    /// <param name="To">Its end.</param>
    /// <param name="Width">The pen's pressure, 1 on average.</param>
    private readonly record struct Line(Vector2 From, Vector2 To, float Width);

    /// <summary>What one writer does to every point of a digit: bend, squeeze, slant, turn.</summary>
    private readonly struct Hand
    {
        private readonly Matrix3x2 _linear;
        private readonly Vector4 _bendX;
        private readonly Vector4 _bendY;
        private readonly float _waist;

        private Hand(Matrix3x2 linear, Vector4 bendX, Vector4 bendY, float waist)
        {
            _linear = linear;
            _bendX = bendX;
            _bendY = bendY;
            _waist = waist;
        }

        public static Hand Random(ref RandomSequence random, int digit)
        {
            float proportion = (digit == 1 ? 0.55f : 0.78f) * MathF.Exp(random.Normal(0.22f));
            float slant = random.Normal(0.25f) + 0.17f + (digit == 1 ? random.Normal(0.18f) : 0);
            Matrix3x2 linear = Matrix3x2.CreateScale(proportion, 1) * new Matrix3x2(1, 0, -slant, 1, 0, 0) * Matrix3x2.CreateRotation(random.Normal(0.08f));
            return new Hand(
                linear,
                new Vector4(random.Normal(0.045f), random.Normal(0.045f), random.Uniform(0, MathF.Tau), random.Uniform(0, MathF.Tau)),
                new Vector4(random.Normal(0.045f), random.Normal(0.045f), random.Uniform(0, MathF.Tau), random.Uniform(0, MathF.Tau)),
                random.Normal(0.2f));
        }

        public Vector2 Place(Vector2 p)
        {
            // y(1−y) moves the waist of the digit up or down and keeps its top and bottom.
            p.Y += _waist * Math.Clamp(p.Y, 0, 1) * (1 - Math.Clamp(p.Y, 0, 1));
            Vector2 bend = new(
                (_bendX.X * MathF.Sin((4.1f * p.Y) + _bendX.Z)) + (_bendX.Y * MathF.Sin((3.3f * p.X) + (3.7f * p.Y) + _bendX.W)),
                (_bendY.X * MathF.Sin((4.3f * p.X) + _bendY.Z)) + (_bendY.Y * MathF.Sin((3.5f * p.X) - (3.1f * p.Y) + _bendY.W)));
            return Vector2.Transform(p + bend - new Vector2(0.5f), _linear);
        }
    }
}
