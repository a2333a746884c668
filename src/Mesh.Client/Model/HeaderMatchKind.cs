namespace Mesh.Client.Model;

/// <summary>What a <see cref="HeaderMatch"/> compares.</summary>
internal enum HeaderMatchKind
{
    Value,
    Present,

    /// <summary>The value is a whole number in a half-open range.</summary>
    Range,
}
