using System.Collections.Immutable;
using System.Globalization;

namespace Mesh.Client.Expressions;

/// <summary>A value of the language. Unsigned numbers, durations and timestamps count as the numbers that they are compared as.</summary>
internal readonly struct CelValue : IEquatable<CelValue>
{
    private readonly object? _reference;
    private readonly double _real;
    private readonly long _number;

    private CelValue(CelKind kind, object? reference = null, long number = 0, double real = 0) => (Kind, _reference, _number, _real) = (kind, reference, number, real);

    public CelKind Kind { get; }

    public static CelValue Null { get; } = new(CelKind.Null);

    public static CelValue True { get; } = new(CelKind.Bool, number: 1);

    public static CelValue False { get; } = new(CelKind.Bool);

    public bool IsError => Kind is CelKind.Error;

    public bool IsTrue => Kind is CelKind.Bool && _number != 0;

    public long Number => _number;

    /// <summary>Of both kinds of numbers.</summary>
    public double Real => Kind is CelKind.Double ? _real : _number;

    public bool IsNumber => Kind is CelKind.Int or CelKind.Double;

    public string Text => _reference as string ?? "";

    public ImmutableArray<CelValue> Items => Kind is CelKind.List ? (ImmutableArray<CelValue>)_reference! : [];

    public ICelFields? Fields => _reference as ICelFields;

    public static CelValue Error(string reason) => new(CelKind.Error, reason);

    public static CelValue Of(bool value) => value ? True : False;

    public static CelValue Of(long value) => new(CelKind.Int, number: value);

    public static CelValue Of(double value) => new(CelKind.Double, real: value);

    /// <summary>Null is the value of that name.</summary>
    public static CelValue Of(string? value) => value is null ? Null : new(CelKind.Text, value);

    public static CelValue Of(ICelFields value) => new(CelKind.Fields, value);

    public static CelValue Of(ImmutableArray<CelValue> items) => new(CelKind.List, items);

    /// <summary>Values of different types are different, numbers aside (CEL, heterogeneous equality).</summary>
    public bool Equals(CelValue other) => (Kind, other.Kind) switch
    {
        (CelKind.Int, CelKind.Int) => _number == other._number,
        _ when IsNumber && other.IsNumber => Real.Equals(other.Real),
        _ when Kind != other.Kind => false,
        (CelKind.Null, _) => true,
        (CelKind.Bool, _) => _number == other._number,
        (CelKind.Text, _) => string.Equals(Text, other.Text, StringComparison.Ordinal),
        (CelKind.List, _) => Items.SequenceEqual(other.Items),
        _ => ReferenceEquals(_reference, other._reference),
    };

    public override bool Equals(object? obj) => obj is CelValue other && Equals(other);

    public override int GetHashCode() => IsNumber ? Real.GetHashCode() : HashCode.Combine(Kind, _number, _reference);

    /// <summary>As Envoy prints it into a label.</summary>
    public override string ToString() => Kind switch
    {
        CelKind.Null => "NULL",
        CelKind.Bool => IsTrue ? "true" : "false",
        CelKind.Int => _number.ToString(CultureInfo.InvariantCulture),
        CelKind.Double => _real.ToString(CultureInfo.InvariantCulture),
        CelKind.List => $"[{string.Join(", ", Items)}]",
        _ => Text,
    };
}
