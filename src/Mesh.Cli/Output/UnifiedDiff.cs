using System.Globalization;
using System.Text;

namespace Mesh.Cli.Output;

/// <summary>Writes the difference of two texts as <c>diff -u</c> does.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>Beyond it, the table of common lines would take too much memory: all is shown as replaced.</summary>
    private const int LargestTable = 4_000_000;

    /// <summary>Empty when they are equal.</summary>
    public static string Of(string before, string after, string beforeName, string afterName)
    {
        var (left, right) = (Lines(before), Lines(after));
        var changes = Changes(left, right);
        if (changes.TrueForAll(change => change.Sign == ' '))
        {
            return "";
        }

        var text = new StringBuilder($"--- {beforeName}\n+++ {afterName}\n");
        for (var start = 0; start < changes.Count;)
        {
            if (changes[start].Sign == ' ')
            {
                start++;
                continue;
            }

            var first = Math.Max(0, start - Context);
            var end = EndOfHunk(changes, start);
            Write(text, changes, first, end);
            start = end;
        }

        return text.ToString();
    }

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n');

    /// <summary>Changes that are close share their context.</summary>
    private static int EndOfHunk(List<(char Sign, string Line)> changes, int start)
    {
        var last = start;
        for (var index = start; index < changes.Count && index - last <= 2 * Context; index++)
        {
            last = changes[index].Sign == ' ' ? last : index;
        }

        return Math.Min(changes.Count, last + Context + 1);
    }

    private static void Write(StringBuilder text, List<(char Sign, string Line)> changes, int first, int end)
    {
        var hunk = changes[first..end];
        int Count(IEnumerable<(char Sign, string Line)> lines, char sign) => lines.Count(change => change.Sign == ' ' || change.Sign == sign);
        var (left, right) = (Count(changes[..first], '-'), Count(changes[..first], '+'));
        var (lefts, rights) = (Count(hunk, '-'), Count(hunk, '+'));
        text.Append(CultureInfo.InvariantCulture, $"@@ -{(lefts == 0 ? left : left + 1)},{lefts} +{(rights == 0 ? right : right + 1)},{rights} @@\n");
        hunk.ForEach(change => text.Append(change.Sign).Append(change.Line).Append('\n'));
    }

    private static List<(char Sign, string Line)> Changes(string[] left, string[] right)
    {
        if ((long)left.Length * right.Length > LargestTable)
        {
            return [.. left.Select(line => ('-', line)), .. right.Select(line => ('+', line))];
        }

        // The length of the longest common rest of lines from each pair of places.
        var common = new int[left.Length + 1, right.Length + 1];
        for (var i = left.Length - 1; i >= 0; i--)
        {
            for (var j = right.Length - 1; j >= 0; j--)
            {
                common[i, j] = left[i] == right[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        var changes = new List<(char, string)>(left.Length + right.Length);
        var (x, y) = (0, 0);
        while (x < left.Length || y < right.Length)
        {
            if (x < left.Length && y < right.Length && left[x] == right[y])
            {
                changes.Add((' ', left[x++]));
                y++;
            }
            else if (x < left.Length && (y == right.Length || common[x + 1, y] >= common[x, y + 1]))
            {
                changes.Add(('-', left[x++]));
            }
            else
            {
                changes.Add(('+', right[y++]));
            }
        }

        return changes;
    }
}
