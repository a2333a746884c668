using System.Collections.Immutable;
using Mesh.ControlPlane.Authority.Issuance;

namespace Mesh.ControlPlane.Authority;

/// <summary>A root is not dropped, as certificates rest on it; the message says how many, whose, and until when.</summary>
internal sealed class RootInUseException(string root, RootUse use) : Exception(Describe(root, use))
{
    private const int Named = 10;

    public RootUse Use { get; } = use;

    /// <summary>The first of the identities, and how many there are besides.</summary>
    public static string Name(ImmutableArray<string> identities) =>
        string.Join(", ", identities.Take(Named)) + (identities.Length > Named ? $" and {identities.Length - Named} more" : "");

    private static string Describe(string root, RootUse use) =>
        $"Root {root} cannot be dropped yet: {use.Total} unexpired certificates of {use.Identities.Length} identities end in it ({Name(use.Identities)})"
        + (use.Untracked > 0 ? $", {use.Untracked} of them beyond what is remembered" : "")
        + $". Wait until their holders have renewed, at the latest {use.Until.UtcDateTime:u}, or drop it by force: they are refused then.";
}
