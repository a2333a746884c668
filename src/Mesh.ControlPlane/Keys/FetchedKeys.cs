namespace Mesh.ControlPlane.Keys;

/// <summary>The answer of an issuer: a key set, or why there is none.</summary>
internal readonly record struct FetchedKeys(string? Text, string? Problem)
{
    public static FetchedKeys Of(string text) => new(text, null);

    public static FetchedKeys Failed(string problem) => new(null, problem);
}
