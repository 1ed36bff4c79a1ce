using System.Globalization;

namespace P1Bridge.Generation;

/// <summary>Which lines differ between two texts, for people.</summary>
static class TextDifference
{
    /// <summary>Above that the table of common lines would get large; the middle then counts as changed altogether.</summary>
    const int LargestTable = 4_000_000;

    /// <summary>
    /// Place by place, <c>number: - text</c> for the lines that only <paramref name="found"/> has, then <c>+ text</c> for those that only
    /// <paramref name="wanted"/> has. The number is that of the place in <paramref name="found"/>, and stands before its first line only.
    /// </summary>
    /// <param name="found">What is there.</param>
    /// <param name="wanted">What should be.</param>
    /// <param name="firstLine">The number of the first line.</param>
    public static IReadOnlyList<string> Of(string found, string wanted, int firstLine = 1)
    {
        var (left, right) = (found.Split('\n'), wanted.Split('\n'));
        var start = 0;
        while (start < left.Length && start < right.Length && left[start] == right[start]) start++;
        var (leftEnd, rightEnd) = (left.Length, right.Length);
        while (leftEnd > start && rightEnd > start && left[leftEnd - 1] == right[rightEnd - 1]) (leftEnd, rightEnd) = (leftEnd - 1, rightEnd - 1);
        return Middle(left.AsSpan(start, leftEnd - start), right.AsSpan(start, rightEnd - start), start + firstLine);
    }

    static List<string> Middle(ReadOnlySpan<string> left, ReadOnlySpan<string> right, int firstLine)
    {
        var lines = new List<string>();
        var common = (long)left.Length * right.Length <= LargestTable ? Table(left, right) : null;
        var (i, j, placeI, placeJ) = (0, 0, 0, 0);
        while (i < left.Length || j < right.Length)
        {
            if (i < left.Length && j < right.Length && left[i] == right[j] && common is not null)
            {
                AddPlace(lines, firstLine + placeI, left[placeI..i], right[placeJ..j]);
                (i, j) = (placeI, placeJ) = (i + 1, j + 1);
            }
            else if (j == right.Length || (i < left.Length && (common is null || common[i + 1, j] >= common[i, j + 1]))) i++;
            else j++;
        }
        AddPlace(lines, firstLine + placeI, left[placeI..], right[placeJ..]);
        return lines;
    }

    static void AddPlace(List<string> lines, int number, ReadOnlySpan<string> gone, ReadOnlySpan<string> come)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{number}:");
        foreach (var line in gone) Add('-', line);
        foreach (var line in come) Add('+', line);

        void Add(char sign, string line)
        {
            lines.Add($"{place} {sign} {line}");
            place = new string(' ', place.Length);
        }
    }

    /// <summary>How many lines the rests of both texts have in common, in order.</summary>
    static int[,] Table(ReadOnlySpan<string> left, ReadOnlySpan<string> right)
    {
        var table = new int[left.Length + 1, right.Length + 1];
        for (var i = left.Length - 1; i >= 0; i--)
        {
            for (var j = right.Length - 1; j >= 0; j--)
                table[i, j] = left[i] == right[j] ? table[i + 1, j + 1] + 1 : Math.Max(table[i + 1, j], table[i, j + 1]);
        }
        return table;
    }
}
