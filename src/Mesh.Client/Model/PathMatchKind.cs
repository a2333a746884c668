namespace Mesh.Client.Model;

/// <summary>How a <see cref="PathMatch"/> compares.</summary>
internal enum PathMatchKind
{
    /// <summary>The path starts with the value.</summary>
    Prefix,

    /// <summary>The path is the value.</summary>
    Exact,

    /// <summary>The whole path matches the RE2 pattern; never without case (gRFC A28).</summary>
    Regex,

    /// <summary>The path is the value or continues it after a slash.</summary>
    SeparatedPrefix,
}
