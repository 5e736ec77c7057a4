//! Ordinary least squares (HOM-02) over rows that pass by once.
//!
//! Of all rows only the triangle R of the QR decomposition is kept, with what is explained as its last columns: a block
//! of rows is put under it and decomposed again. That takes the same memory for a thousand rows and for millions, is as
//! stable as decomposing all at once, and gives the same bits for the same rows.

use nalgebra::{DMatrix, DVector, QR};

/// Rows that are decomposed at once, beside the triangle.
const BLOCK: usize = 512;
/// A column whose part that the columns before it do not give is less than this share of it counts as dependent on them.
const DEPENDENT: f64 = 1e-10;
/// A column is named as one that another depends on from this weight on.
const NAMED: f64 = 1e-6;

/// A fit of one measure.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// The coefficient of each column.
    pub coefficients: Vec<f64>,
    /// The standard error of each.
    pub standard_errors: Vec<f64>,
    /// The share of the variance around the mean that is explained.
    pub r_squared: f64,
    /// The standard deviation of what is not explained.
    pub residual_error: f64,
}

/// The fits of all measures over the same rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// One for each measure.
    pub fits: Vec<Fit>,
    /// How many rows there were.
    pub rows: u64,
    /// The largest singular value of the columns over the smallest.
    pub condition: f64,
}

/// Why there is no fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// There are not more rows than columns.
    TooFew {
        /// The rows.
        rows: u64,
        /// The columns, the constant among them.
        columns: usize,
    },
    /// These columns say nothing that others do not.
    Dependent(Vec<Dependent>),
    /// What is to be explained is the same in all rows.
    Constant {
        /// The number of the measure, from 0.
        measure: usize,
    },
    /// A number is not finite, or became so.
    NotFinite,
}

/// A column that follows from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependent {
    /// The column.
    pub column: usize,
    /// What it follows from; none for a column of zeros.
    pub on: Vec<usize>,
}

/// Rows as they pass by.
#[derive(Clone, Debug)]
pub struct Rows {
    columns: usize,
    triangle: DMatrix<f64>,
    block: Vec<f64>,
    rows: u64,
    /// Mean of each measure, and the sum of squares around it.
    spread: Vec<(f64, f64)>,
}

impl Rows {
    /// No rows yet of so many columns, the constant among them, and measures to be explained.
    pub fn new(columns: usize, measures: usize) -> Rows {
        let width = columns + measures;
        Rows {
            columns,
            triangle: DMatrix::zeros(width, width),
            block: Vec::with_capacity(BLOCK * width),
            rows: 0,
            spread: vec![(0.0, 0.0); measures],
        }
    }

    /// Takes a row: its columns and then its measures.
    pub fn take(&mut self, row: &[f64]) {
        self.rows += 1;
        for ((mean, around), value) in self.spread.iter_mut().zip(&row[self.columns..]) {
            let step = value - *mean;
            *mean += step / self.rows as f64;
            *around += step * (value - *mean);
        }
        self.block.extend_from_slice(row);
        if self.block.len() >= BLOCK * row.len() {
            self.decompose();
        }
    }

    fn decompose(&mut self) {
        let width = self.triangle.ncols();
        let rows = self.block.len() / width;
        let below = DMatrix::from_row_slice(rows, width, &self.block);
        let mut stacked = DMatrix::zeros(width + rows, width);
        stacked.rows_mut(0, width).copy_from(&self.triangle);
        stacked.rows_mut(width, rows).copy_from(&below);
        self.triangle = QR::new(stacked).unpack_r();
        self.block.clear();
    }

    /// Fits every measure.
    ///
    /// # Errors
    /// [`Unfit`] says why the rows give no fit.
    pub fn fit(mut self) -> Result<Fitted, Unfit> {
        let columns = self.columns;
        if self.rows <= columns as u64 {
            return Err(Unfit::TooFew { rows: self.rows, columns });
        }
        self.decompose();
        if self.triangle.iter().any(|value| !value.is_finite()) {
            return Err(Unfit::NotFinite);
        }
        let own = self.triangle.view((0, 0), (columns, columns)).into_owned();
        dependent(&own)?;
        let inverse = own.solve_upper_triangular(&DMatrix::identity(columns, columns)).ok_or(Unfit::NotFinite)?;
        let singular = own.singular_values();
        let condition = singular.max() / singular.min();
        let fits = (0..self.spread.len()).map(|measure| self.fit_one(measure, &inverse)).collect::<Result<_, _>>()?;
        Ok(Fitted { fits, rows: self.rows, condition })
    }

    fn fit_one(&self, measure: usize, inverse: &DMatrix<f64>) -> Result<Fit, Unfit> {
        let column = self.triangle.column(self.columns + measure);
        let coefficients = inverse * column.rows(0, self.columns);
        // What is left of the measure beside the columns stands below them.
        let left: f64 = column.rows(self.columns, self.spread.len()).norm_squared();
        let around = self.spread[measure].1;
        if around <= 0.0 {
            return Err(Unfit::Constant { measure });
        }
        let residual_error = (left / (self.rows - self.columns as u64) as f64).sqrt();
        let standard_errors = inverse.row_iter().map(|row| row.norm() * residual_error).collect();
        Ok(Fit {
            coefficients: coefficients.iter().copied().collect(),
            standard_errors,
            r_squared: 1.0 - left / around,
            residual_error,
        })
    }
}

/// Whether each column says something that the others do not.
fn dependent(triangle: &DMatrix<f64>) -> Result<(), Unfit> {
    let columns = triangle.ncols();
    let lengths = DVector::from_iterator(columns, triangle.column_iter().map(|column| column.norm()));
    let mut scaled = triangle.clone();
    for (mut column, length) in scaled.column_iter_mut().zip(&lengths) {
        if *length > 0.0 {
            column /= *length;
        }
    }
    let mut found = Vec::new();
    // In the order of the table, so that of columns that follow from each other the last is named.
    let mut kept: Vec<usize> = Vec::new();
    for column in 0..columns {
        let own = scaled.column(column).into_owned();
        if kept.is_empty() {
            if lengths[column] > 0.0 {
                kept.push(column)
            } else {
                found.push(Dependent { column, on: Vec::new() })
            }
            continue;
        }
        let before = scaled.select_columns(&kept);
        let qr = before.clone().qr();
        let weights =
            qr.r().solve_upper_triangular(&(qr.q().transpose() * &own)).unwrap_or_else(|| DVector::zeros(kept.len()));
        let beside = (&own - &before * &weights).norm();
        if beside > DEPENDENT {
            kept.push(column);
        } else {
            let on = kept.iter().zip(&weights).filter(|(_, weight)| weight.abs() > NAMED).map(|(column, _)| *column);
            found.push(Dependent { column, on: on.collect() });
        }
    }
    if found.is_empty() { Ok(()) } else { Err(Unfit::Dependent(found)) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fit(rows: &[Vec<f64>], columns: usize) -> Result<Fitted, Unfit> {
        let mut taken = Rows::new(columns, rows.first().map_or(0, Vec::len) - columns);
        rows.iter().for_each(|row| taken.take(row));
        taken.fit()
    }

    fn near(found: f64, expected: f64, digits: f64) {
        assert!((found / expected - 1.0).abs() < digits, "{found} is not {expected}");
    }

    /// National Institute of Standards and Technology, Statistical Reference Datasets, Linear Regression, Longley: a table
    /// whose columns nearly follow from each other, with certified values.
    #[test]
    fn hom_02_the_longley_table_gives_its_certified_values() {
        const LONGLEY: [[f64; 7]; 16] = [
            [60323.0, 83.0, 234289.0, 2356.0, 1590.0, 107608.0, 1947.0],
            [61122.0, 88.5, 259426.0, 2325.0, 1456.0, 108632.0, 1948.0],
            [60171.0, 88.2, 258054.0, 3682.0, 1616.0, 109773.0, 1949.0],
            [61187.0, 89.5, 284599.0, 3351.0, 1650.0, 110929.0, 1950.0],
            [63221.0, 96.2, 328975.0, 2099.0, 3099.0, 112075.0, 1951.0],
            [63639.0, 98.1, 346999.0, 1932.0, 3594.0, 113270.0, 1952.0],
            [64989.0, 99.0, 365385.0, 1870.0, 3547.0, 115094.0, 1953.0],
            [63761.0, 100.0, 363112.0, 3578.0, 3350.0, 116219.0, 1954.0],
            [66019.0, 101.2, 397469.0, 2904.0, 3048.0, 117388.0, 1955.0],
            [67857.0, 104.6, 419180.0, 2822.0, 2857.0, 118734.0, 1956.0],
            [68169.0, 108.4, 442769.0, 2936.0, 2798.0, 120445.0, 1957.0],
            [66513.0, 110.8, 444546.0, 4681.0, 2637.0, 121950.0, 1958.0],
            [68655.0, 112.6, 482704.0, 3813.0, 2552.0, 123366.0, 1959.0],
            [69564.0, 114.2, 502601.0, 3931.0, 2514.0, 125368.0, 1960.0],
            [69331.0, 115.7, 518173.0, 4806.0, 2572.0, 127852.0, 1961.0],
            [70551.0, 116.9, 554894.0, 4007.0, 2827.0, 130081.0, 1962.0],
        ];
        const CERTIFIED: [(f64, f64); 7] = [
            (-3482258.63459582, 890420.383607373),
            (15.0618722713733, 84.9149257747669),
            (-0.358191792925910E-01, 0.334910077722432E-01),
            (-2.02022980381683, 0.488399681651699),
            (-1.03322686717359, 0.214274163161675),
            (-0.511041056535807E-01, 0.226073200069370),
            (1829.15146461355, 455.478499142212),
        ];
        let rows: Vec<Vec<f64>> = LONGLEY.iter().map(|[y, x @ ..]| [&[1.0], &x[..], &[*y]].concat()).collect();
        let fitted = fit(&rows, 7).unwrap();
        let found = &fitted.fits[0];
        for (index, (coefficient, error)) in CERTIFIED.into_iter().enumerate() {
            near(found.coefficients[index], coefficient, 1e-8);
            near(found.standard_errors[index], error, 1e-8);
        }
        near(found.r_squared, 0.995479004577296, 1e-10);
        near(found.residual_error, 304.854073561965, 1e-9);
        assert_eq!(fitted.rows, 16);
        assert!(fitted.condition > 1e9, "{}", fitted.condition);
    }

    #[test]
    fn hom_02_columns_that_follow_from_others_are_named() {
        let rows: Vec<Vec<f64>> = (0..50_i32)
            .map(|row| {
                let (a, b) = (f64::from(row % 7), f64::from(row % 5));
                vec![1.0, a, b, 2.0 * a + 3.0, 0.0, f64::from(row * row)]
            })
            .collect();
        let expected = vec![Dependent { column: 3, on: vec![0, 1] }, Dependent { column: 4, on: vec![] }];
        assert_eq!(fit(&rows, 5), Err(Unfit::Dependent(expected)));
    }

    #[test]
    fn hom_02_too_few_rows_and_a_constant_measure_give_no_fit() {
        let rows = vec![vec![1.0, 2.0, 3.0], vec![1.0, 3.0, 4.0]];
        assert_eq!(fit(&rows, 2), Err(Unfit::TooFew { rows: 2, columns: 2 }));
        let rows: Vec<Vec<f64>> = (0..9_i32).map(|row| vec![1.0, f64::from(row), 4.0]).collect();
        assert_eq!(fit(&rows, 2), Err(Unfit::Constant { measure: 0 }));
        let rows: Vec<Vec<f64>> = (0..9_i32).map(|row| vec![1.0, f64::INFINITY, f64::from(row)]).collect();
        assert_eq!(fit(&rows, 2), Err(Unfit::NotFinite));
    }

    proptest! {
        /// What is left is at right angles to every column: that is what least squares are.
        #[test]
        fn hom_02_nothing_that_is_left_can_be_explained_by_a_column(
            rows in prop::collection::vec((-9.0..9.0_f64, -9.0..9.0_f64, -9.0..9.0_f64, -50.0..50.0_f64), 20..1_200),
        ) {
            let rows: Vec<Vec<f64>> = rows.into_iter().map(|(a, b, c, y)| vec![1.0, a, b, c, y, y + a]).collect();
            let fitted = fit(&rows, 4).unwrap();
            for (measure, found) in fitted.fits.iter().enumerate() {
                for column in 0..4 {
                    let left = |row: &Vec<f64>| {
                        let explained: f64 = (0..4).map(|at| found.coefficients[at] * row[at]).sum();
                        (row[4 + measure] - explained) * row[column]
                    };
                    let along: f64 = rows.iter().map(left).sum();
                    prop_assert!(along.abs() < 1e-6, "{along} along column {column}");
                }
            }
            // The second measure is the first and the first column: so are its coefficients.
            for at in 0..4 {
                let more = f64::from(u8::from(at == 1));
                prop_assert!((fitted.fits[1].coefficients[at] - fitted.fits[0].coefficients[at] - more).abs() < 1e-9);
            }
            prop_assert_eq!(fit(&rows, 4), Ok(fitted));
        }
    }
}
