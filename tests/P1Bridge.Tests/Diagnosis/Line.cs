using P1Bridge.Core.Diagnosis;
using P1Bridge.Tests.Support;

namespace P1Bridge.Tests.Diagnosis;

/// <summary>Short forms for diagnosing bytes.</summary>
static class Line
{
    public static readonly LineProfile Usual = new(115_200, false);

    public static LineDiagnosis Diagnose(ReadOnlySpan<byte> bytes, LineProfile? profile = null, double seconds = 0)
    {
        var sampler = new LineSampler(Some.Catalogue);
        sampler.Append(bytes);
        sampler.Complete();
        return LineDiagnosis.Of(sampler.Sample(TimeSpan.FromSeconds(seconds), profile));
    }

    public static decimal Fact(this LineDiagnosis diagnosis, string name) => diagnosis.Facts.Single(fact => fact.Name == name).Value;

    /// <summary>Bit 7 set where the character has an odd number of ones, as a 7E1 meter sends it.</summary>
    public static byte[] WithEvenParity(byte[] text) => [.. text.Select(static c => (byte)(c | (System.Numerics.BitOperations.PopCount(c) % 2 << 7)))];
}
