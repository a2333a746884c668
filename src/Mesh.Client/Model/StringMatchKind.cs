namespace Mesh.Client.Model;

/// <summary>How a <see cref="StringMatch"/> compares.</summary>
internal enum StringMatchKind
{
    Exact,
    Prefix,
    Suffix,
    Contains,

    /// <summary>The whole text matches the RE2 pattern.</summary>
    Regex,
}
