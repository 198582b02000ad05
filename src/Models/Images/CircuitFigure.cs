using System.Globalization;
using System.Numerics;
using QDiff.Engine.Circuits;
using QDiff.Engine.Gates;

namespace QDiff.Models.Images;

/// <summary>
/// A circuit as a picture: a wire for every qubit, qubit 0 at the top, gates from left to right, each as far left as the gates before it let it stand.
/// How a gate looks follows from its matrix: a qubit whose 0 leaves the others alone is a control and drawn as a dot.
/// </summary>
public static class CircuitFigure
{
    private const int Column = 38;
    private const int Row = 34;
    private const int BoxWidth = 30;
    private const int BoxHeight = 26;
    private const int Left = 46;
    private const int Top = 14;
    private const int GapWidth = 110;
    private const double Exact = 1e-9;

    /// <summary>Draws a circuit; what does not fit is left out of its middle.</summary>
    /// <param name="circuit">The circuit.</param>
    /// <param name="mostColumns">Most columns of gates that are drawn, 2 or more: three quarters of them from the start, the others from the end.</param>
    public static SvgFigure Draw(Circuit circuit, int mostColumns = 40)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostColumns, 2);
        int[] places = Places(circuit);
        int columns = places.Length == 0 ? 0 : places.Max() + 1;
        int head = columns <= mostColumns ? columns : Math.Max(1, mostColumns * 3 / 4), tail = columns <= mostColumns ? 0 : mostColumns - head;
        int gap = columns > head + tail ? GapWidth : 0;
        int right = Left + ((head + tail) * Column) + gap + 12;
        var svg = new SvgFigure(right, Top + (circuit.QubitCount * Row) + 6);
        for (int q = 0; q < circuit.QubitCount; q++)
        {
            svg.Add($"<text x='{Left - 18}' y='{Wire(q) + 4}' text-anchor='end' class='soft'>q{q}</text>");
            svg.Add($"<line x1='{Left - 12}' x2='{Left + (head * Column) + (gap == 0 ? 12 : 0)}' y1='{Wire(q)}' y2='{Wire(q)}' class='wire'/>");
            if (gap > 0)
            {
                svg.Add($"<line x1='{Left + (head * Column) + 4}' x2='{Left + (head * Column) + gap - 4}' y1='{Wire(q)}' y2='{Wire(q)}' class='wire' stroke-dasharray='2 5'/>");
                svg.Add($"<line x1='{Left + (head * Column) + gap}' x2='{right}' y1='{Wire(q)}' y2='{Wire(q)}' class='wire'/>");
            }
        }

        var faces = new Dictionary<GateDefinition, GateFace>();
        foreach ((Operation operation, int place) in circuit.Operations.Zip(places))
        {
            if (operation.Qubits.Length > 0 && (place < head || place >= columns - tail))
            {
                if (!faces.TryGetValue(operation.Gate, out GateFace? face))
                {
                    faces[operation.Gate] = face = GateFace.Of(operation.Gate);
                }

                double centre = Left + (Column / 2.0) + (place < head ? place * Column : ((place - (columns - tail) + head) * Column) + gap);
                Draw(svg, operation, face, centre);
            }
        }

        if (gap > 0)
        {
            double middle = Left + (head * Column) + (gap / 2.0), height = Wire((circuit.QubitCount - 1) / 2.0);
            svg.Add($"<rect x='{middle - 44}' y='{height - 12}' width='88' height='24' class='paper'/>");
            svg.Add($"<text x='{middle}' y='{height + 4}' text-anchor='middle' class='ink'>… {columns - head - tail} columns …</text>");
        }

        return svg;
    }

    /// <summary>How many gates one after the other the longest path has.</summary>
    public static int Depth(Circuit circuit)
    {
        var depth = new int[circuit.QubitCount];
        foreach (Operation operation in circuit.Operations.Where(operation => operation.Qubits.Length > 0))
        {
            int next = operation.Qubits.Max(q => depth[q]) + 1;
            foreach (int q in operation.Qubits)
            {
                depth[q] = next;
            }
        }

        return depth.Max();
    }

    private static int[] Places(Circuit circuit)
    {
        var free = new int[circuit.QubitCount];
        var places = new int[circuit.Operations.Length];
        foreach ((int i, Operation operation) in circuit.Operations.Index())
        {
            if (operation.Qubits.Length == 0)
            {
                continue;
            }

            // The lines of a gate on several qubits cross the wires between them.
            Range covered = operation.Qubits.Min()..(operation.Qubits.Max() + 1);
            places[i] = free[covered].Max();
            Array.Fill(free, places[i] + 1, covered.Start.Value, covered.End.Value - covered.Start.Value);
        }

        return places;
    }

    private static double Wire(double qubit) => Top + (Row / 2.0) + (qubit * Row);

    private static void Draw(SvgFigure svg, Operation operation, GateFace face, double centre)
    {
        if (operation.Qubits.Length > 1)
        {
            svg.Add($"<line x1='{centre}' x2='{centre}' y1='{Wire(operation.Qubits.Min())}' y2='{Wire(operation.Qubits.Max())}' class='cross'/>");
        }

        foreach ((int i, int q) in operation.Qubits.Index())
        {
            double y = Wire(q);
            if (face.Controls[i])
            {
                svg.Add($"<circle cx='{centre}' cy='{y}' r='4' class='mark'/>");
            }
            else if (face.Kind == TargetKind.Flip)
            {
                svg.Add($"<circle cx='{centre}' cy='{y}' r='9' class='box'/><path d='M{centre - 9} {y}h18M{centre} {y - 9}v18' class='cross'/>");
            }
            else if (face.Kind == TargetKind.Exchange)
            {
                svg.Add($"<path d='M{centre - 5} {y - 5}l10 10m0 -10l-10 10' class='cross'/>");
            }
        }

        int[] targets = [.. operation.Qubits.Where((_, i) => !face.Controls[i])];
        if (face.Kind == TargetKind.Box && targets.Length > 0)
        {
            // One box over neighbours; a box on each of qubits that are apart.
            bool together = targets.Max() - targets.Min() == targets.Length - 1;
            foreach ((int first, int last) in together ? [(targets.Min(), targets.Max())] : targets.Select(q => (q, q)))
            {
                double height = ((last - first) * Row) + BoxHeight, middle = Wire((first + last) / 2.0);
                svg.Add($"<rect x='{centre - (BoxWidth / 2)}' y='{middle - (height / 2)}' width='{BoxWidth}' height='{height}' rx='2' class='box'/>");
                string angles = string.Join(' ', operation.Parameters.Select(Written));
                svg.Add($"<text x='{centre}' y='{middle + (angles.Length > 0 ? -1 : 4)}' text-anchor='middle' font-size='{(face.Label.Length > 4 ? 7 : 10)}' class='ink'>{SvgFigure.Escaped(face.Label)}</text>");
                if (angles.Length > 0)
                {
                    svg.Add($"<text x='{centre}' y='{middle + 9}' text-anchor='middle' font-size='{(angles.Length > 6 ? 5 : 8)}' class='soft'>{SvgFigure.Escaped(angles)}</text>");
                }
            }
        }
        else if (targets.Length == 0 && operation.Parameters.Length > 0)
        {
            svg.Add($"<text x='{centre + 6}' y='{Wire(operation.Qubits.Min()) - 6}' font-size='8' class='soft'>{SvgFigure.Escaped(string.Join(' ', operation.Parameters.Select(Written)))}</text>");
        }
    }

    /// <summary>θ3 for a trainable number, x3 for an input, the value of a constant.</summary>
    private static string Written(Parameter parameter) => parameter.Kind switch
    {
        ParameterKind.Trainable => string.Create(CultureInfo.InvariantCulture, $"θ{parameter.Index}"),
        ParameterKind.Input => string.Create(CultureInfo.InvariantCulture, $"x{parameter.Index}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{parameter.Offset:0.##}"),
    };

    private enum TargetKind
    {
        Box,
        Flip,
        Exchange,
    }

    /// <summary>How a gate is drawn.</summary>
    /// <param name="Label">What stands in its box.</param>
    /// <param name="Controls">Which of its qubits are controls.</param>
    /// <param name="Kind">What its other qubits look like.</param>
    private sealed record GateFace(string Label, bool[] Controls, TargetKind Kind)
    {
        public static GateFace Of(GateDefinition gate)
        {
            // Angles at which no rotation is the identity or another gate by accident.
            Complex[,] matrix = gate.Matrix([.. Enumerable.Range(0, gate.ParameterCount).Select(k => 0.7 + (0.3 * k))]);
            int size = matrix.GetLength(0);
            bool[] controls = [.. Enumerable.Range(0, gate.Arity).Select(bit => gate.Arity > 1 && IsIdentity(matrix, k => (k >> bit & 1) == 0))];
            int[] targets = [.. Enumerable.Range(0, gate.Arity).Where(bit => !controls[bit])];
            int set = Enumerable.Range(0, gate.Arity).Where(bit => controls[bit]).Sum(bit => 1 << bit);
            bool Moves(int from, int to) => (matrix[set | to, set | from] - Complex.One).Magnitude < Exact;
            TargetKind kind = targets.Length == 1 && Moves(0, 1 << targets[0]) && Moves(1 << targets[0], 0) && set != 0 ? TargetKind.Flip
                : targets.Length == 2 && Moves(0, 0) && Moves(1 << targets[0], 1 << targets[1]) && Moves(1 << targets[1], 1 << targets[0]) && Moves((1 << targets[0]) | (1 << targets[1]), (1 << targets[0]) | (1 << targets[1])) ? TargetKind.Exchange
                : TargetKind.Box;
            string label = set != 0 && gate.Name.StartsWith('C') ? gate.Name[1..] : gate.Name;
            return new GateFace(label, controls, kind);

            bool IsIdentity(Complex[,] u, Func<int, bool> within)
            {
                for (int row = 0; row < size; row++)
                {
                    for (int column = 0; column < size; column++)
                    {
                        if ((within(row) || within(column)) && (u[row, column] - (row == column ? Complex.One : Complex.Zero)).Magnitude > Exact)
                        {
                            return false;
                        }
                    }
                }

                return true;
            }
        }
    }
}
