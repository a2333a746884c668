using Mesh.Client.Model;

namespace Mesh.Client.Actions;

/// <summary>What the variables of a header value stand for in one call.</summary>
internal interface IFormatValues
{
    /// <summary>Null when the call has no such value.</summary>
    string? Find(FormatSegment variable);
}
