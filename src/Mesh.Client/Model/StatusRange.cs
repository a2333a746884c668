namespace Mesh.Client.Model;

/// <summary>HTTP statuses from the first to before the end.</summary>
internal readonly record struct StatusRange(int Start, int End)
{
    public bool Contains(int status) => status >= Start && status < End;
}
