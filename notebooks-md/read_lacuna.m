function [values, algorithms] = read_lacuna(path, metric)
% READ_LACUNA  One metric of a Lacuna results.h5 as values(axis..., algorithm, trial), NaN = no value.
%   [values, algorithms] = read_lacuna('runs/he-joseph-2024-figure-7/results.h5', 'nmse');
%   Values of an axis: h5read(path, '/results/snr_db').
if ~exist('h5read')
    error('read_lacuna: no h5read here; in Octave read table.csv beside the file, or install the package hdf5oct');
end
values = h5read(path, ['/results/' metric]);
values = permute(values, ndims(values):-1:1);  % MATLAB reads the dimensions of a row-major array in reverse
algorithms = cellstr(h5read(path, '/results/algorithm'));
end
