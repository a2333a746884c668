namespace Mesh.Client.Model;

/// <summary>What becomes of a header that is there already (Envoy's <c>HeaderAppendAction</c>).</summary>
internal enum HeaderEditKind
{
    AppendOrAdd,
    AddIfAbsent,
    OverwriteOrAdd,
    OverwriteIfExists,
}
