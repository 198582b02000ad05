using QDiff.Kernels.StateVectors;

namespace QDiff.Kernels.Programs;

/// <summary>Tables by which kernels find places: linear maps of an index over GF(2), looked up in two parts.</summary>
internal static class PlaceTables
{
    /// <summary>The sum of the images of an index's bits.</summary>
    public static int Linear(int[] images, int index)
    {
        int image = 0;
        for (int b = 0; index >> b != 0; b++)
        {
            image ^= ((index >> b) & 1) != 0 ? images[b] : 0;
        }

        return image;
    }

    /// <summary>Two tables of the linear map that takes single bits to the given images, of the low bits of an index and of the rest.</summary>
    public static List<int> Pair(int[] images, int offset = 0)
    {
        int bits = Math.Min(SweepShape.TableBits, images.Length);
        var tables = new List<int>();
        for (int low = 0; low < 1 << SweepShape.TableBits; low++)
        {
            tables.Add(offset ^ Linear(images[..bits], low & ((1 << bits) - 1)));
        }

        for (int index = 0; index < 1 << (images.Length - bits); index++)
        {
            tables.Add(Linear(images[bits..], index));
        }

        return tables;
    }

    /// <summary>
    /// First amplitudes of the groups of eight. Directions whose places fall into different banks of shared memory number the lanes, as far as there
    /// are such, and the others the rest.
    /// </summary>
    public static List<int> Threads(RegisterPass pass)
    {
        List<int> rest = [.. pass.Directions.Select(PassCode.Place)];
        var lanes = new List<int>();
        for (int bank = 0; bank < PassCode.TableBits; bank++)
        {
            int found = rest.FindIndex(direction => ((direction >> bank) & 1) != 0);
            if (found < 0)
            {
                continue;
            }

            int lane = rest[found];
            rest.RemoveAt(found);
            rest = rest.ConvertAll(direction => ((direction >> bank) & 1) != 0 ? direction ^ lane : direction);
            lanes.Add(lane);
        }

        int[] directions = [.. lanes, .. rest];
        var table = new List<int>();
        int low = Math.Min(PassCode.TableBits, directions.Length);
        for (int group = 0; group < 1 << PassCode.TableBits; group++)
        {
            table.Add(PassCode.Place(pass.Start) ^ Linear(directions[..low], group & ((1 << low) - 1)));
        }

        for (int group = 0; group < 1 << (directions.Length - low); group++)
        {
            table.Add(Linear(directions[low..], group));
        }

        return table;
    }
}
