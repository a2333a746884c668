using System.Globalization;

namespace Mesh.Testing;

/// <summary>How many cases a property of a parser is tried with: few and always the same in a test run, as many as <c>MESH_FUZZ_RUNS</c> says by hand.</summary>
public static class FuzzRuns
{
    /// <param name="bounded">Without the variable.</param>
    public static int Or(int bounded) =>
        Environment.GetEnvironmentVariable("MESH_FUZZ_RUNS") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : bounded;
}
