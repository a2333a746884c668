namespace Mesh.Config;

/// <summary>Where a resource or one of its fields was read from, for error texts; lines and columns count from 1.</summary>
/// <param name="File">As a person would look for it.</param>
/// <param name="Line">0 when only the file is known.</param>
/// <param name="Column">0 when only the line is known.</param>
internal sealed record ResourceOrigin(string File, int Line, int Column = 0)
{
    public override string ToString() => (Line, Column) switch
    {
        (0, _) => File,
        (_, 0) => $"{File}:{Line}",
        _ => $"{File}:{Line}:{Column}",
    };
}
