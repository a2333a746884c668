namespace Mesh.Client.Metrics.Series;

/// <summary>The value of a label as instruments are given it: a text that is hashed once.</summary>
/// <remarks>
/// An OpenTelemetry SDK hashes every value of every measurement to find its series, which for 25 labels of Istio's length costs more than all the rest of metrics. Everybody who
/// reads tags takes values of any type and asks for their text.
/// </remarks>
internal sealed class LabelText(string text) : IEquatable<LabelText>
{
    private readonly int _hash = text.GetHashCode(StringComparison.Ordinal);

    public bool Equals(LabelText? other) => ReferenceEquals(this, other) || (other is not null && other._hash == _hash && other.ToString() == text);

    public override bool Equals(object? obj) => Equals(obj as LabelText);

    public override int GetHashCode() => _hash;

    public override string ToString() => text;
}
