using System.Globalization;

namespace Mesh.Benchmarks;

/// <summary>Reads <c>--name N</c> pairs of the command line.</summary>
internal static class NumericArguments
{
    public static IEnumerable<(string Name, int Value)> Read(string[] arguments)
    {
        for (var i = 0; i < arguments.Length; i += 2)
        {
            var text = arguments.ElementAtOrDefault(i + 1);
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value == 0)
            {
                throw new UsageException($"{arguments[i]}: expected a whole number above 0, got '{text}'.");
            }

            yield return (arguments[i], value);
        }
    }

    public static UsageException Unknown(string name, string expected) => new($"Unknown option {name}: expected {expected}.");
}
